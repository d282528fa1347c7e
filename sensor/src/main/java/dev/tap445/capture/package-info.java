/**
 * Packets in: live interfaces through libpcap, capture files through a reader of our own, behind one {@code
 * PacketSource}. Thread: one per capture handle, the only one that touches it while it is open. Guarantee:
 * captured bytes are copied once into the ring of the worker that the symmetric address hash picks; nothing is
 * allocated per packet, and what the kernel, the interface or a full ring dropped is counted, never waited for.
 */
@NullMarked
package dev.tap445.capture;

import org.jspecify.annotations.NullMarked;
