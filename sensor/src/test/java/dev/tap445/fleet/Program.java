package dev.tap445.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that serves HTTP on a port of loopback. Its output goes to a file, which a failure quotes. */
final class Program implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final int port;

    private Program(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** Starts it in a directory of its own, and does not wait for it. */
    static Program start(Path directory, String name, int port, List<String> command) throws IOException {
        Path log = directory.resolve(name + ".log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
        return new Program(process, log, port);
    }

    /** A sensor from the classes under test: {@code arguments} are those of the command line. */
    static Program sensor(Path directory, String name, String... arguments) throws IOException {
        return sensorAt(Tools.freePort(), directory, name, arguments);
    }

    static Program sensorAt(int port, Path directory, String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tap445.app.Main"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--web.listen-address", "127.0.0.1:" + port));
        return start(directory, name, port, command);
    }

    int port() {
        return port;
    }

    String target() {
        return "127.0.0.1:" + port;
    }

    String url(String path) {
        return "http://" + target() + path;
    }

    /** Waits until it answers a GET of this path with 200. */
    Program ready(String path) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            assertRuns();
            try {
                if (get(path).statusCode() == 200) {
                    return this;
                }
            } catch (IOException e) {
                // it does not listen yet
            }
            Thread.sleep(100);
        }
        throw new IllegalStateException("not ready after " + PATIENCE + ": " + output());
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Fails, with what it said, where it has ended by itself or by another's hand. */
    void assertRuns() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("ended with " + process.exitValue() + ": " + output());
        }
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    /** Ends it and what it started, politely first. */
    @Override
    public void close() {
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }
}
