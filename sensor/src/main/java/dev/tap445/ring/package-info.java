/**
 * The way from a capture thread to its worker: a single-producer, single-consumer ring over one direct slab.
 * Threads: exactly one that writes and exactly one that reads. Guarantee: lock-free, records come out whole and
 * in order, a full ring refuses the record and counts it and never blocks the writer; nothing is allocated
 * after construction.
 */
@NullMarked
package dev.tap445.ring;

import org.jspecify.annotations.NullMarked;
