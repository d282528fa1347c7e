package dev.tap445.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Asks a server that speaks the query API of Prometheus. */
record Metrics(Program program) implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NANOS = 40_000_000_000L;

    static Metrics prometheus(Path directory, Path configuration) throws IOException, InterruptedException {
        int port = Tools.freePort();
        Program program = Program.start(
                directory,
                "prometheus-" + port,
                port,
                List.of(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data-" + port),
                        "--web.listen-address=127.0.0.1:" + port));
        return started(program, "/-/ready");
    }

    static Metrics victoria(Path directory) throws IOException, InterruptedException {
        int port = Tools.freePort();
        Program program = Program.start(
                directory,
                "victoria-" + port,
                port,
                List.of(
                        "victoria-metrics",
                        "-httpListenAddr=127.0.0.1:" + port,
                        "-storageDataPath=" + directory.resolve("victoria-" + port),
                        "-retentionPeriod=2",
                        // Answers in time for a test; the default leaves the last 30 s out.
                        "-search.latencyOffset=1s"));
        return started(program, "/health");
    }

    private static Metrics started(Program program, String path) throws IOException, InterruptedException {
        try {
            return new Metrics(program.ready(path));
        } catch (IOException | InterruptedException | RuntimeException e) {
            program.close();
            throw e;
        }
    }

    /** Each series of the answer: its labels as text, without the name, and the value. */
    Map<String, Double> query(String expression) throws IOException, InterruptedException {
        String path = "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
        HttpResponse<String> response = program.get(path);
        JsonNode answer = JSON.readTree(response.body());
        if (!answer.path("status").asText().equals("success")) {
            throw new IOException(expression + ": " + response.body());
        }
        Map<String, Double> result = new TreeMap<>();
        for (JsonNode series : answer.path("data").path("result")) {
            Map<String, String> labels = new TreeMap<>();
            series.path("metric")
                    .properties()
                    .forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
            labels.remove("__name__");
            result.put(labels.toString(), series.path("value").path(1).asDouble());
        }
        return result;
    }

    /** Asks until the answer is as wanted, or patience ends; the last answer. */
    Map<String, Double> await(String expression, Predicate<Map<String, Double>> wanted)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Map<String, Double> answer = query(expression);
        while (!wanted.test(answer) && System.nanoTime() < end) {
            Thread.sleep(250);
            answer = query(expression);
        }
        return answer;
    }

    @Override
    public void close() {
        program.close();
    }
}
