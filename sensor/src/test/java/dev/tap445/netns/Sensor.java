package dev.tap445.netns;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A sensor that runs as a process on a mirror port of the laboratory, asked over HTTP. */
final class Sensor implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path LAUNCHER = Lab.ROOT.resolve("sensor/bin/tap445");
    private static int nextPort = 10445;

    private final Lab lab;
    private final String name;
    private final int port = nextPort++;
    private final Process process;
    private final Path log;

    private Sensor(Lab lab, String name, List<String> under, List<String> options) throws IOException {
        this.lab = lab;
        this.name = name;
        this.log = lab.folder().resolve(name + "-" + port + ".log");
        // a shell in the background ignores SIGINT, and hands that down
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM"));
        command.addAll(under);
        command.addAll(List.of(LAUNCHER.toString(), "live"));
        command.addAll(options);
        command.addAll(List.of("--web.listen-address", "127.0.0.1:" + port));
        process = new ProcessBuilder(lab.on("tap", command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        process.getOutputStream().close();
    }

    /** Makes the launcher ready: it must not build while Maven does. */
    static void prepare() throws IOException, InterruptedException {
        Files.setLastModifiedTime(Lab.ROOT.resolve("sensor/target/tap445-sensor.jar"), FileTime.from(Instant.now()));
        Process version = new ProcessBuilder(LAUNCHER.toString(), "-V")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!version.waitFor(60, TimeUnit.SECONDS) || version.exitValue() != 0) {
            throw new AssertionError("sensor/bin/tap445 -V does not work");
        }
    }

    /** On the mirror port of this name, with small buffers, since several run at once. */
    static Sensor start(Lab lab, String mirror, String... options) throws IOException {
        return startUnder(List.of(), lab, mirror, options);
    }

    /** The same, started by another program: the beginning of a command line. */
    static Sensor startUnder(List<String> program, Lab lab, String mirror, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("-i", mirror, "--ring", "4", "--buffer", "8"));
        all.addAll(List.of(options));
        return new Sensor(lab, mirror, program, all);
    }

    /** As {@link #start}, with none of the buffers set. */
    static Sensor startWith(Lab lab, String mirror, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("-i", mirror));
        all.addAll(List.of(options));
        return new Sensor(lab, mirror, List.of(), all);
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void awaitReady() {
        await(60, "ready", () -> curl("/-/ready").code == 0);
    }

    /** Whether it still makes the JVM compile what packets go through. */
    boolean warmsUp() throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid() + "/task"))) {
            for (Path thread : threads) {
                if (Files.readString(thread.resolve("comm")).strip().equals("warm-up")) {
                    return true;
                }
            }
        }
        return false;
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text(String path) {
        Answer answer = curl(path);
        if (answer.code != 0) {
            throw new AssertionError(name + path + ": curl " + answer.code + "\n" + log());
        }
        return answer.text;
    }

    /** What is there now; a missing node where the answer is not 200. */
    JsonNode tryJson(String path) {
        Answer answer = curl(path);
        try {
            return answer.code == 0 ? JSON.readTree(answer.text) : JSON.missingNode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A shell command that scrapes five times a second, or as often as it gets an answer. */
    String scrapeForEver() {
        return "while :; do curl -sf -m 10 -o /dev/null http://127.0.0.1:" + port + "/metrics; sleep 0.2; done";
    }

    /** Memory of the process that is in use now. */
    long residentBytes() throws IOException {
        String statm = Files.readString(Path.of("/proc/" + process.pid() + "/statm"));
        return Long.parseLong(statm.split(" ")[1]) * 4096;
    }

    /** The status code of an answer; 0 where there is none. */
    int status(String path, String... options) {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-m", "5", "-o", "/dev/null"));
        command.addAll(List.of("-w", "%{http_code}"));
        command.addAll(List.of(options));
        command.add("http://127.0.0.1:" + port + path);
        return Integer.parseInt(run(command).text.strip());
    }

    /** How long one answer takes on a connection of its own; a failure is one of the test. */
    Duration timed(String path, String... options) {
        List<String> command = new ArrayList<>(List.of("curl", "-sSf", "-m", "20", "-o", "/dev/null"));
        command.addAll(List.of("-w", "%{time_total}"));
        command.addAll(List.of(options));
        command.add("http://127.0.0.1:" + port + path);
        Answer answer = run(command);
        if (answer.code != 0) {
            throw new AssertionError(name + path + ": curl " + answer.code + "\n" + log());
        }
        return Duration.ofMillis(Math.round(Double.parseDouble(answer.text.strip()) * 1000));
    }

    int port() {
        return port;
    }

    Scrape metrics() {
        return Scrape.of(text("/metrics"));
    }

    /** The elements of {@code /api/v1/clients} or {@code /api/v1/servers}. */
    JsonNode hosts(String kind) {
        try {
            return JSON.readTree(text("/api/v1/" + kind)).get(kind);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The client or server of this address; a missing node where there is none. */
    JsonNode host(String kind, String address) {
        for (JsonNode host : hosts(kind)) {
            if (host.path("address").asText().equals(address)) {
                return host;
            }
        }
        return JSON.missingNode();
    }

    /** A watched port of a server; a missing node where there is none. */
    JsonNode port(String server, int number) {
        for (JsonNode candidate : host("servers", server).path("ports")) {
            if (candidate.path("port").asInt() == number) {
                return candidate;
            }
        }
        return JSON.missingNode();
    }

    String state(String server, int number) {
        return port(server, number).path("state").asText("none");
    }

    void await(int seconds, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError(name + ": not within " + seconds + " s: " + what + "\n" + log());
            }
            pause(Duration.ofMillis(250));
        }
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Processor time so far, user and system. */
    Duration processorTime() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" "); // proc(5): state is field 3
        return Duration.ofMillis((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10);
    }

    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Sends a signal and waits for the end. */
    Ended stop(String signal) throws IOException, InterruptedException {
        long start = System.nanoTime();
        signal(signal);
        boolean ended = process.waitFor(20, TimeUnit.SECONDS);
        return new Ended(ended ? process.exitValue() : -1, Duration.ofNanos(System.nanoTime() - start));
    }

    record Ended(int code, Duration took) {}

    private record Answer(int code, String text) {}

    private Answer curl(String path) {
        return run(List.of("curl", "-sf", "-m", "5", "http://127.0.0.1:" + port + path));
    }

    private Answer run(List<String> command) {
        try {
            Process curl = new ProcessBuilder(lab.on("tap", command))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            curl.getOutputStream().close();
            String text = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(curl.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
