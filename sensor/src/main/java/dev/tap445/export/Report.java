package dev.tap445.export;

import java.io.IOException;
import java.io.OutputStream;

/**
 * One way to write findings down. Deterministic: equal findings give equal bytes. Text is UTF-8.
 */
@FunctionalInterface
public interface Report {
    /** Writes the whole report; {@code out} is flushed, not closed. */
    void write(Findings findings, OutputStream out) throws IOException;
}
