/**
 * Bytes and nothing but bytes: one class per protocol header with its offsets, and views over a buffer. Thread:
 * any, there is no shared state. Guarantee: {@code check(buf, offset, length)} decides once whether a header is
 * whole, after which the accessors cannot fail; hostile bytes never throw and never size an allocation. What
 * the bytes mean is said elsewhere.
 */
@NullMarked
package dev.tap445.wire;

import org.jspecify.annotations.NullMarked;
