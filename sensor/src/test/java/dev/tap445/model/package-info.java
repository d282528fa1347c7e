/** A made-up office whose truth is known, seen through bad mirrors: what the sensor may say of it, and what never. */
@NullMarked
package dev.tap445.model;

import org.jspecify.annotations.NullMarked;
