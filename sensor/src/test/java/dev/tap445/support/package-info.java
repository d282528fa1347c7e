/** What tests of several stages share: building messages byte by byte, reading captures. */
@NullMarked
package dev.tap445.support;

import org.jspecify.annotations.NullMarked;
