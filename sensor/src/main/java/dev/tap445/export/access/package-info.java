/**
 * Who may read: TLS, client certificates and passwords, from a file in the format that Prometheus and its exporters share
 * ({@code --web.config.file}). Threads: those of the HTTP server ask, one of its own looks for changed files. Guarantee: a
 * file that is wrong stops the start, and later leaves in force what was in force before.
 */
@NullMarked
package dev.tap445.export.access;

import org.jspecify.annotations.NullMarked;
