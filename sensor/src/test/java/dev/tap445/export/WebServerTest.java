package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tap445.export.access.Access;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

final class WebServerTest {
    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private Supplier<Findings> findings = Estate::findings;
    private final SensorMeters meters = new SensorMeters(registry, "1.2.3");
    private WebServer server;

    @BeforeEach
    void start() throws IOException {
        registry.register(new HostCollector(Estate::snapshot, Estate::feed, ExportLimits.DEFAULT));
        server = WebServer.start(
                ListenAddress.parse("127.0.0.1:0"),
                new WebServer.Content(registry, () -> findings.get(), ready::get, "1.2.3<"));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        meters.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({
        "/,text/html; charset=utf-8",
        "/report,text/html; charset=utf-8",
        "/metrics,text/plain; version=0.0.4; charset=utf-8",
        "/-/healthy,text/plain; charset=utf-8",
        "/-/ready,text/plain; charset=utf-8",
        "/api/v1/clients,application/json",
        "/api/v1/servers,application/json",
        "/api/v1/report,application/json",
        "/api/v1/summary,application/json",
        "/api/v1/sensor,application/json",
        "/api/v1/servers/198.18.0.4,application/json",
        "/api/v1/clients/fd00::7,application/json",
        "/api/v1/clients/FD00%3A%3A7,application/json",
        "/assets/app.js,text/javascript; charset=utf-8",
        "/assets/page.css,text/css; charset=utf-8",
        "/assets/icon.svg,image/svg+xml",
    })
    void servesEveryPathToGetAndHead(String path, String type) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith(type);
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.body()).isNotEmpty();
        HttpResponse<String> head = client.send(
                request(path)
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/metrics/",
                "/metrics/..%2f",
                "/api",
                "/api/v1/",
                "/api/v1/clients/",
                "/api/v1/clients/x",
                "/api/v1/clients/192.0.2.250",
                "/api/v1/clients/192.0.2.5/x",
                "/api/v1/clients/%3Cb%3E",
                "/%2e%2e/etc/passwd",
                "/assets/",
                "/assets/../index.html",
                "/assets/..%2fapp.js",
                "/assets/%2e%2e/%2e%2e/demo.pcap",
                "/assets/index.html",
                "/assets/app.js/",
                "//etc/passwd",
                "/assets/app.js%00"
            })
    void doesNotKnowOtherPaths(String path) throws IOException, InterruptedException {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"})
    void takesNoOtherMethod(String method) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                request("/metrics")
                        .method(method, HttpRequest.BodyPublishers.ofString("x"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void isReadyWhenTheSensorSaysSo() throws IOException, InterruptedException {
        ready.set(false);
        assertThat(get("/-/ready").statusCode()).isEqualTo(503);
        assertThat(get("/-/healthy").statusCode()).isEqualTo(200);
        ready.set(true);
        assertThat(get("/-/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void compressesForThoseWhoTakeIt() throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(
                request("/metrics?name[]=tap445_hosts".replace("[]", "%5B%5D"))
                        .header("Accept-Encoding", "br, gzip;q=0.5")
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        try (InputStream body = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).endsWith("tap445_hosts 8.0\n");
        }
        HttpResponse<String> plain = get("/metrics", "Accept-Encoding", "gzip;q=0, deflate");
        assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void speaksOpenMetrics() throws IOException, InterruptedException {
        HttpResponse<String> response = get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/openmetrics-text");
        assertThat(response.body()).endsWith("# EOF\n").contains("# TYPE tap445_smb1_client info");
    }

    @Test
    void choosesByNameUpToACap() throws IOException, InterruptedException {
        assertThat(get("/metrics?name%5B%5D=tap445_hosts&name%5B%5D=tap445_flows")
                        .body()
                        .lines())
                .filteredOn(line -> !line.startsWith("#"))
                .containsExactlyInAnyOrder(
                        "tap445_flows{worker=\"0\"} 17.0", "tap445_flows{worker=\"1\"} 4.0", "tap445_hosts 8.0");
        StringBuilder many = new StringBuilder("/metrics?");
        for (int i = 0; i <= ScrapeHandler.NAMES; i++) {
            many.append("name%5B%5D=x").append(i).append('&');
        }
        assertThat(get(many.toString()).statusCode()).isEqualTo(400);
        assertThat(get("/metrics?" + "x".repeat(HttpLimits.TARGET)).statusCode())
                .isEqualTo(414);
    }

    @Test
    void exportsTheProcessBesideTheHosts() throws IOException, InterruptedException {
        assertThat(get("/metrics").body())
                .contains(
                        "tap445_build_info{",
                        "version=\"1.2.3\"",
                        "jvm_memory_used_bytes{",
                        "process_uptime_seconds",
                        "process_cpu_seconds_total ")
                .contains("tap445_smb_offers_total{client=\"192.0.2.5\",offer=\"smb1_only\"} 12.0");
    }

    @Test
    void apiGivesTheReportAndItsParts() throws IOException, InterruptedException {
        ObjectMapper json = new ObjectMapper();
        JsonNode report = json.readTree(get("/api/v1/report").body());
        JsonNode clients = json.readTree(get("/api/v1/clients").body());
        JsonNode servers = json.readTree(get("/api/v1/servers").body());
        assertThat(clients.get("clients")).isEqualTo(report.get("clients")).isNotEmpty();
        assertThat(servers.get("servers")).isEqualTo(report.get("servers")).isNotEmpty();
    }

    @Test
    void apiShowsOneServerWithItsClientsAndAttempts() throws IOException, InterruptedException {
        JsonNode dark =
                new ObjectMapper().readTree(get("/api/v1/servers/198.18.0.4").body());
        assertThat(dark.at("/server/address").asText()).isEqualTo("198.18.0.4");
        assertThat(dark.at("/attempts")).hasSize(2);
        assertThat(dark.at("/attempts/1/port").asInt()).isEqualTo(445);
        assertThat(dark.at("/attempts/1/client").asText()).isEqualTo("192.0.2.9");
        assertThat(dark.at("/attempts/1/first_syn").asText()).isEqualTo("2026-03-03T09:00:20Z");
        assertThat(dark.at("/attempts/1/last_syn").asText()).isEqualTo("2026-03-03T09:00:27Z");
        assertThat(dark.at("/attempts/1/syns").asInt()).isEqualTo(4);
        assertThat(dark.at("/clients")).hasSize(1);
        JsonNode nas =
                new ObjectMapper().readTree(get("/api/v1/servers/198.18.0.2").body());
        assertThat(nas.at("/pairs/0/client").asText()).isEqualTo("192.0.2.5");
        assertThat(nas.at("/clients/0/hostname").asText()).isEqualTo("PRINTER01");
        JsonNode printer =
                new ObjectMapper().readTree(get("/api/v1/clients/192.0.2.5").body());
        assertThat(printer.at("/client/verdict").asText()).isEqualTo("smb1_only");
        assertThat(printer.at("/pairs")).hasSize(2);
        assertThat(printer.at("/servers")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/api/v1/clients?verdict=smb1_only clients 1",
                "/api/v1/clients?verdict=smb1_only,mixed clients 2",
                "/api/v1/clients?verdict=smb1_in_use clients 0",
                "/api/v1/servers?readiness=not_ready servers 1",
                "/api/v1/servers?state=silent,dark servers 1",
                "/api/v1/servers?state=unknown&verdict=unknown servers 1",
                "/api/v1/servers?state=answering&readiness=ready servers 1",
            })
    void apiNarrowsDown(String path, String part, int size) throws IOException, InterruptedException {
        assertThat(new ObjectMapper().readTree(get(path).body()).get(part)).hasSize(size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/clients?verdict=perhaps",
                "/api/v1/clients?verdict=",
                "/api/v1/clients?limit=3",
                "/api/v1/report?x",
                "/api/v1/clients?verdict=%3Cscript%3E"
            })
    void apiRefusesWhatItDoesNotKnow(String path) throws IOException, InterruptedException {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ").containsIgnoringCase("Content-Type: text/plain");
    }

    @Test
    void aHugeQueryIsRefused() throws IOException, InterruptedException {
        for (int length : new int[] {10_000, 100_000, 1_000_000}) {
            String answer;
            try {
                answer = raw("GET /api/v1/clients?verdict=" + "x".repeat(length)
                        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            } catch (IOException e) {
                answer = "HTTP/1.1 4 hung up on";
            }
            assertThat(answer)
                    .satisfiesAnyOf(
                            a -> assertThat(a).startsWith("HTTP/1.1 4"),
                            a -> assertThat(a).isEmpty());
            assertThat(answer.length()).as("the query is not sent back whole").isLessThan(5_000);
        }
        assertThat(get("/-/healthy").statusCode()).isEqualTo(200);
    }

    @Test
    void unchangedDataIsNotSentAgain() throws IOException, InterruptedException {
        HttpResponse<String> first = get("/api/v1/servers");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> second = get("/api/v1/servers", "If-None-Match", "\"other\", W/" + tag);
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(get("/api/v1/servers", "If-None-Match", "\"other\"").statusCode())
                .isEqualTo(200);
        String asset = get("/assets/app.js").headers().firstValue("ETag").orElseThrow();
        assertThat(get("/assets/app.js", "If-None-Match", asset).statusCode()).isEqualTo(304);
    }

    @Test
    void policyLetsNothingRunOrLoadFromElsewhere() throws IOException, InterruptedException {
        String policy = get("/").headers().firstValue("Content-Security-Policy").orElseThrow();
        assertThat(policy)
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(get("/").body())
                .doesNotContain("<style", "style=", "onload")
                .doesNotContainPattern("<script[^>]*>[^<]");
        HttpResponse<String> report = get("/report");
        assertThat(report.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; style-src 'sha256-");
        assertThat(get("/api/v1/clients")
                        .headers()
                        .firstValue("Content-Security-Policy")
                        .orElseThrow())
                .startsWith("default-src 'none'; base-uri 'none'");
        assertThat(get("/metrics").headers().firstValue("Cache-Control")).contains("no-store");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void failureSaysNothingOfTheInside() throws IOException, InterruptedException {
        findings = () -> {
            throw new IllegalStateException("secret");
        };
        HttpResponse<String> response = get("/api/v1/report");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("internal error\n");
        assertThat(get("/-/healthy").statusCode()).isEqualTo(200);
    }

    @Test
    void slowClientsHoldUpNobody() throws IOException, InterruptedException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            assertThat(get("/metrics").statusCode()).isEqualTo(200);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void endlessHeadersAreCutOff() throws IOException {
        byte[] header = ("X-Filler: " + "x".repeat(1_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            assertThatThrownBy(() -> {
                        out.write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
                        for (int i = 0; i < 100_000; i++) {
                            out.write(header);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void secondListenerFailsInOneLine() {
        ListenAddress taken = new ListenAddress("127.0.0.1", server.port());
        assertThatThrownBy(() ->
                        WebServer.start(taken, new WebServer.Content(registry, Estate::findings, () -> true, "1")))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + server.port() + ": Address already in use");
        assertThatThrownBy(() -> WebServer.start(
                        ListenAddress.parse("no-such-host.invalid:0"),
                        new WebServer.Content(registry, Estate::findings, () -> true, "1")))
                .isInstanceOf(ListenException.class)
                .hasMessage("cannot listen on no-such-host.invalid:0: the name is not known");
    }

    @Test
    void promtoolHasNothingToSay() throws IOException, InterruptedException {
        Process promtool;
        try {
            promtool = new ProcessBuilder("promtool", "check", "metrics")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "promtool is not installed: " + e.getMessage());
            return;
        }
        try (OutputStream in = promtool.getOutputStream()) {
            in.write(get("/metrics").body().getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEmpty();
        assertThat(promtool.exitValue()).isZero();
    }

    @Test
    void warnsWhereStrangersCanReadAlong(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("web.yml");
        Files.copy(Path.of(System.getProperty("tap445.root", ".."), "deploy", "web-config", "password.yml"), file);
        assertThat(warnings("0.0.0.0:0", Access.open()))
                .singleElement()
                .asString()
                .startsWith("listening beyond this machine without authentication")
                .contains("--web.config.file");
        assertThat(warnings("0.0.0.0:0", Access.of(file))).isEmpty();
        assertThat(warnings("127.0.0.1:0", Access.open())).isEmpty();
        assertThat(warnings("[::1]:0", Access.open())).isEmpty();
    }

    /** What a server that listens there complains about. */
    private static List<String> warnings(String address, Access access) throws ListenException {
        Logger logger = (Logger) LoggerFactory.getLogger(WebServer.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            WebServer.open(ListenAddress.parse(address), access).close();
        } finally {
            logger.detachAppender(log);
        }
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"536870912, 1048576, 4096", "6442450944, 1048576, 16384", "6442450944, 1024, 768", "67108864, 1024, 512"
    })
    void leavesMemoryAndFilesToTheRest(long heap, long files, int connections) {
        assertThat(HttpLimits.connections(heap, files)).isEqualTo(connections);
    }

    /** A store of many hosts takes a while to load. */
    @Test
    void saysThatItStartsUntilThereIsSomethingToShow() throws Exception {
        try (WebServer starting = WebServer.open(ListenAddress.parse("127.0.0.1:0"), Access.open())) {
            WebServer before = server;
            server = starting;
            try {
                assertThat(get("/-/healthy").statusCode()).isEqualTo(200);
                assertThat(get("/-/ready").statusCode()).isEqualTo(503);
                for (String path : List.of("/metrics", "/", "/report", "/api/v1/clients", "/-/reload", "/nothing")) {
                    HttpResponse<String> answer = get(path);
                    assertThat(answer.statusCode()).as(path).isEqualTo(503);
                    assertThat(answer.body()).isEqualTo("tap445 is starting\n");
                    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
                }
                starting.serve(new WebServer.Content(registry, Estate::findings, () -> true, "1"));
                assertThat(get("/-/ready").statusCode()).isEqualTo(200);
                assertThat(get("/metrics").body()).contains("tap445_smb1_client_info");
                assertThat(get("/nothing").statusCode()).isEqualTo(404);
            } finally {
                server = before;
            }
        }
    }
}
