/**
 * What people and machines read: metrics, web page, reports. Threads: those of the HTTP server, or the caller's
 * for a report. Guarantee: everything is made from an immutable snapshot, so that a slow or hostile reader can
 * never stall the pipeline.
 *
 * <pre>
 *  InventorySnapshot ─┬─► Findings ─► Report (JSON, text, CSV, HTML)
 *  FeedView ──────────┘      └──────► /api/v1/…  ┐
 *  InventorySnapshot ─┬─► HostCollector ─┐       ├─ WebServer
 *  FeedView ──────────┘   SensorMeters ──┴─ /metrics
 * </pre>
 */
@NullMarked
package dev.tap445.export;

import org.jspecify.annotations.NullMarked;
