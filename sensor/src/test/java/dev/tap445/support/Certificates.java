package dev.tap445.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Certificates made with openssl for one test. */
public final class Certificates {
    private Certificates() {}

    /** An authority of its own in {@code NAME.crt} and {@code NAME.key}. */
    public static void authority(Path directory, String name) throws IOException, InterruptedException {
        Tool.succeed(
                directory,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-keyout",
                name + ".key",
                "-out",
                name + ".crt");
    }

    /** {@code NAME.crt} and {@code NAME.key} for these alternative names, signed by the authority. */
    public static void signed(Path directory, String name, String authority, String sans, String serial)
            throws IOException, InterruptedException {
        Tool.succeed(
                directory,
                "openssl",
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                name + ".key",
                "-out",
                name + ".csr");
        Files.writeString(directory.resolve(name + ".ext"), "subjectAltName=" + sans + "\n");
        Tool.succeed(
                directory,
                "openssl",
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                authority + ".crt",
                "-CAkey",
                authority + ".key",
                "-set_serial",
                serial,
                "-days",
                "2",
                "-extfile",
                name + ".ext",
                "-out",
                name + ".crt");
    }
}
