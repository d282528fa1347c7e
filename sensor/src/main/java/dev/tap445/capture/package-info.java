/**
 * First stage: takes packets from files and interfaces and lays each, with one copy, into the ring of its worker.
 *
 * <pre>
 *  FileSource ─┐                     ┌─► RecordRing of worker 0
 *              ├─► Distributor ──────┤
 *  LiveSource ─┘   (WorkerSelector)  └─► RecordRing of worker N-1
 * </pre>
 *
 * <p>Several files are read as one, earliest packet first ({@link dev.tap445.capture.TimeOrder}): a tap writes each
 * direction to a file of its own, and an answer that came an hour behind its question would be none.
 *
 * <p>A tunnel's packet that came in fragments is put together first: the addresses inside choose its worker. Of its
 * fragments each is a record of its own at once, the first excepted, which comes as the whole packet.
 *
 * <p>Thread: one {@link dev.tap445.capture.CaptureThread} owns its sources and its distributor; other threads read
 * {@link dev.tap445.capture.SourceStatistics} and call {@code wakeup} or {@code stop}, nothing else.
 *
 * <p>Guarantee: no allocation per packet; a full ring never blocks an interface (the packet is dropped and counted) and
 * never loses a packet of a file (the reader waits). A damaged file ends with what stood before the damage delivered
 * and one line that says where and what. Files need no libpcap.
 */
@NullMarked
package dev.tap445.capture;

import org.jspecify.annotations.NullMarked;
