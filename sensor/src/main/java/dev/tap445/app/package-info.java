/**
 * Command line and wiring. The only package that knows every stage: it reads the options, builds the pipeline,
 * owns the start and the end of each thread and turns the outcome into an exit status. Thread: the caller's
 * own, plus the signal handlers. Guarantee: no stage outlives the command, and every way out ends in one clear
 * line and one exit status (0 ok, 1 failed, 2 usage, 78 configuration).
 */
@NullMarked
package dev.tap445.app;

import org.jspecify.annotations.NullMarked;
