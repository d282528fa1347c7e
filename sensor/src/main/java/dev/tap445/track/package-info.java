/**
 * Flows, handshake attempts, negotiations and SMB1 sessions, and the observations drawn from them. Thread: one
 * tracker per worker, which alone owns its flows, without locks. Guarantee: time is the packet's own timestamp,
 * passed in, so that a replay gives the answer of the live day; memory is bounded, and what had to be forgotten
 * is counted.
 *
 * <p>{@link Tracker} takes each segment to its flow: {@link FlowLookup} finds it in the {@link FlowTable},
 * {@link Lifetimes} looks after it as long as it is kept, {@link Handshakes} settles its attempts, {@link Succession} goes
 * over to the next connection on its 4-tuple. {@link StreamReader} follows both streams from record to record;
 * {@link SmbConversation} reads those: {@link Offers} and their {@link Answers}, which {@link Attribution} brings together,
 * and {@link Identities}. What they find goes to the {@link Observer}.
 */
@NullMarked
package dev.tap445.track;

import org.jspecify.annotations.NullMarked;
