package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.export.access.Access;
import dev.tap445.inventory.ClientView;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are slow, many or guessing, and the scrape that goes on beside them. */
@Timeout(120)
final class ManyClientsTest {
    private static final Duration SCRAPE = Duration.ofSeconds(1);

    private final List<SocketChannel> channels = new ArrayList<>();
    private WebServer server = WebServer.start(ListenAddress.parse("127.0.0.1:0"), content(Estate::findings));

    ManyClientsTest() throws ListenException {}

    private static WebServer.Content content(Supplier<Findings> findings) {
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register(new HostCollector(
                () -> findings.get().inventory(), () -> findings.get().feed(), ExportLimits.DEFAULT));
        return new WebServer.Content(registry, findings, () -> true, "1.2.3");
    }

    private void restart(Access access, Supplier<Findings> findings) throws ListenException {
        server.close();
        server = WebServer.start(ListenAddress.parse("127.0.0.1:0"), access, content(findings));
    }

    @AfterEach
    void stop() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        server.close();
    }

    private SocketChannel open(String text) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channels.add(channel);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        return channel;
    }

    /** A whole scrape on a connection of its own, as one that failed before would be made. */
    private Duration scrape(String path, String... headers) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200 ");
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void thousandSlowHeadersLeaveTheScrapeQuick() throws IOException, InterruptedException {
        scrape("/metrics");
        for (int i = 0; i < 1_000; i++) {
            open("GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow-" + i + ": ");
        }
        for (int round = 0; round < 10; round++) {
            for (SocketChannel channel : channels) {
                channel.write(java.nio.ByteBuffer.wrap(new byte[] {'a'}));
            }
            assertThat(scrape("/metrics")).isLessThan(SCRAPE);
            assertThat(scrape("/-/ready")).isLessThan(SCRAPE);
            Thread.sleep(100);
        }
    }

    @Test
    void slowHeadersAreCutOffAfterAWhile() throws IOException {
        SocketChannel slow = open("GET /metrics HTTP/1.1\r\nHost:");
        slow.socket().setSoTimeout(25_000);
        long start = System.nanoTime();
        assertThat(slow.socket().getInputStream().readNBytes(1)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void thousandClientsThatDoNotReadLeaveTheScrapeQuick() throws IOException, InterruptedException {
        List<ClientView> many = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            many.add(Estate.numbered(i, Estate.MORNING, Estate.NOW));
        }
        Findings findings =
                new Findings(Estate.snapshot(Estate.NOW, many, List.of(Estate.nas()), List.of()), Estate.feed(), 1);
        restart(Access.open(), () -> findings);
        scrape("/metrics", "Accept-Encoding: gzip");
        for (int i = 0; i < 1_000; i++) {
            SocketChannel channel = open("GET /api/v1/clients HTTP/1.1\r\nHost: x\r\n\r\n");
            channel.socket().setReceiveBufferSize(4_096);
        }
        Thread.sleep(1_000);
        Duration worst = Duration.ZERO;
        for (int round = 0; round < 5; round++) {
            Duration took = scrape("/api/v1/summary", "Accept-Encoding: gzip");
            worst = took.compareTo(worst) > 0 ? took : worst;
            Thread.sleep(200);
        }
        assertThat(worst).isLessThan(SCRAPE);
        assertThat(scrape("/-/healthy")).isLessThan(SCRAPE);
    }

    @Test
    void moreConnectionsThanThereMayBeAreTurnedAwayAndForgotten() throws IOException, InterruptedException {
        for (int i = 0; i < 6_000; i++) {
            try {
                open("GET / HTTP/1.1\r\n");
            } catch (IOException e) {
                // turned away before it could write
            }
        }
        for (SocketChannel channel : channels) {
            channel.close();
        }
        channels.clear();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                assertThat(scrape("/metrics")).isLessThan(Duration.ofSeconds(5));
                return;
            } catch (IOException | AssertionError e) {
                assertThat(System.nanoTime()).as("never answered again").isLessThan(deadline);
                Thread.sleep(200);
            }
        }
    }

    @Test
    void guessingDoesNotSlowDownWhoIsKnown(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("web.yml");
        Files.copy(Path.of(System.getProperty("tap445.root", ".."), "deploy", "web-config", "password.yml"), file);
        restart(Access.of(file), Estate::findings);
        String known = "Authorization: Basic "
                + Base64.getEncoder().encodeToString("prometheus:change me".getBytes(StandardCharsets.UTF_8));
        scrape("/metrics", known);
        for (int i = 0; i < 200; i++) {
            String guess = Base64.getEncoder().encodeToString(("prometheus:" + i).getBytes(StandardCharsets.UTF_8));
            open("GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " + guess + "\r\n\r\n");
        }
        for (int round = 0; round < 5; round++) {
            assertThat(scrape("/metrics", known)).isLessThan(SCRAPE);
        }
    }
}
