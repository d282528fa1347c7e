/**
 * What is known about hosts: evidence, verdicts, port states, first and last sight. Thread: one writer, which
 * takes the observations of all workers from a bounded queue. Guarantee: verdicts follow from accumulated
 * evidence alone and come out as immutable snapshots; an observation that had to be dropped is counted.
 */
@NullMarked
package dev.tap445.inventory;

import org.jspecify.annotations.NullMarked;
