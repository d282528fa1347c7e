/**
 * Flows, handshake attempts, negotiations and SMB1 sessions, and the observations drawn from them. Thread: one
 * tracker per worker, which alone owns its flows, without locks. Guarantee: time is the packet's own timestamp,
 * passed in, so that a replay gives the answer of the live day; memory is bounded, and what had to be forgotten
 * is counted.
 */
@NullMarked
package dev.tap445.track;

import org.jspecify.annotations.NullMarked;
