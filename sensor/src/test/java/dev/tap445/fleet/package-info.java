/**
 * The sensor among its neighbours: real sensors, Prometheus, Alertmanager and VictoriaMetrics as processes on loopback,
 * with what {@code deploy/} and {@code grafana/} ship. The intervals are shortened in generated copies; nothing else is
 * changed but addresses and ports.
 */
@NullMarked
package dev.tap445.fleet;

import org.jspecify.annotations.NullMarked;
