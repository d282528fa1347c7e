/**
 * Fuzz targets: each takes any bytes, throws where a promise is broken, and is driven by Jazzer, by {@link
 * dev.tap445.fuzz.Fuzzer} or by a test. Conversations are compared with a slow reference that shares no code with what
 * is tested.
 */
@NullMarked
package dev.tap445.fuzz;

import org.jspecify.annotations.NullMarked;
