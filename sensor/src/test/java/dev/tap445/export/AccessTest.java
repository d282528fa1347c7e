package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tap445.export.access.Access;
import dev.tap445.export.access.AccessException;
import dev.tap445.support.Certificates;
import dev.tap445.support.Tool;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The web server behind the samples of the web configuration, asked by the programs that will ask it. */
final class AccessTest {
    private static final Path SAMPLES = Path.of(System.getProperty("tap445.root", ".."), "deploy", "web-config");
    private static final String PASSWORD = "change me";

    @TempDir
    private Path directory;

    private void certificates() throws IOException, InterruptedException {
        Certificates.authority(directory, "ca");
        Certificates.signed(directory, "server", "ca", "DNS:localhost,IP:127.0.0.1", "2");
        Certificates.authority(directory, "clients");
        Certificates.signed(directory, "prometheus", "clients", "DNS:prometheus.example", "3");
    }

    private Path sample(String name) throws IOException {
        return Files.copy(SAMPLES.resolve(name), directory.resolve(name));
    }

    private static WebServer start(Access access) throws ListenException {
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register(new HostCollector(Estate::snapshot, Estate::feed, ExportLimits.DEFAULT));
        return WebServer.start(
                ListenAddress.parse("127.0.0.1:0"),
                access,
                new WebServer.Content(registry, Estate::findings, () -> true, "1.2.3"));
    }

    private int curl(WebServer server, String path, String... options) throws IOException, InterruptedException {
        String[] command = new String[options.length + 9];
        String[] fixed = {"curl", "-s", "-o", "body", "-w", "%{http_code}", "--max-time", "20"};
        System.arraycopy(fixed, 0, command, 0, fixed.length);
        System.arraycopy(options, 0, command, fixed.length, options.length);
        command[command.length - 1] = (server.usesTls() ? "https" : "http") + "://localhost:" + server.port() + path;
        String output = Tool.run(directory, command).output();
        return Integer.parseInt(output.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"password.yml", "tls.yml", "client-certificates.yml"})
    void promtoolAcceptsTheSamples(String name) throws IOException, InterruptedException, AccessException {
        certificates();
        Path file = sample(name);
        Tool.Outcome outcome = Tool.run(directory, "promtool", "check", "web-config", file.toString());
        assertThat(outcome.output()).contains("SUCCESS");
        assertThat(outcome.exit()).isZero();
        Access.of(file).close();
    }

    @Test
    void passwordKeepsEverythingButProbes() throws Exception {
        try (WebServer server = start(Access.of(sample("password.yml")))) {
            for (String path :
                    new String[] {"/", "/metrics", "/report", "/api/v1/summary", "/assets/app.js", "/nothing"}) {
                assertThat(curl(server, path)).as(path).isEqualTo(401);
                assertThat(curl(server, path, "-u", "prometheus:wrong"))
                        .as(path)
                        .isEqualTo(401);
                assertThat(curl(server, path, "-u", "root:" + PASSWORD))
                        .as(path)
                        .isEqualTo(401);
            }
            assertThat(curl(server, "/metrics", "-u", "prometheus:" + PASSWORD)).isEqualTo(200);
            assertThat(curl(server, "/", "-u", "prometheus:" + PASSWORD)).isEqualTo(200);
            assertThat(curl(server, "/-/healthy")).isEqualTo(200);
            assertThat(curl(server, "/-/ready")).isEqualTo(200);
        }
    }

    @Test
    void speaksTlsAndTakesNewFilesWithoutRestart() throws Exception {
        certificates();
        Path file = sample("tls.yml");
        try (WebServer server = start(Access.of(file))) {
            String[] known = {"--cacert", "ca.crt", "-u", "prometheus:" + PASSWORD};
            assertThat(curl(server, "/metrics", known)).isEqualTo(200);
            assertThat(Files.readString(directory.resolve("body"))).contains("tap445_hosts 8.0");
            assertThat(curl(server, "/metrics", "-u", "prometheus:" + PASSWORD)).isZero(); // authority not known
            assertThat(curl(server, "/metrics", "--cacert", "ca.crt", "--tls-max", "1.1"))
                    .isZero();
            assertThat(curl(server, "/metrics", "--cacert", "ca.crt", "--tlsv1.3"))
                    .isEqualTo(401);
            assertThat(curl(server, "/metrics", "--cacert", "ca.crt", "--tls-max", "1.2"))
                    .isEqualTo(401);

            Files.writeString(file, "basic_auth_users: nonsense\n"); // wrong: nothing changes
            Thread.sleep(2_500);
            assertThat(curl(server, "/metrics", known)).isEqualTo(200);

            Certificates.authority(directory, "other");
            Certificates.signed(directory, "server", "other", "DNS:localhost", "9");
            Files.copy(SAMPLES.resolve("tls.yml"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
            while (curl(server, "/-/ready", "--cacert", "other.crt") != 200) {
                assertThat(System.nanoTime())
                        .as("the new certificate was not taken in time")
                        .isLessThan(deadline);
                Thread.sleep(200);
            }
            assertThat(curl(server, "/-/ready", "--cacert", "ca.crt")).isZero();
        }
    }

    @Test
    void asksForCertificatesOfItsAuthority() throws Exception {
        certificates();
        Certificates.signed(directory, "stranger", "ca", "DNS:prometheus.example", "4");
        Path file = sample("client-certificates.yml");
        try (WebServer server = start(Access.of(file))) {
            assertThat(curl(server, "/metrics", "--cacert", "ca.crt")).isZero();
            assertThat(curl(
                            server,
                            "/metrics",
                            "--cacert",
                            "ca.crt",
                            "--cert",
                            "stranger.crt",
                            "--key",
                            "stranger.key"))
                    .isZero();
            assertThat(curl(
                            server,
                            "/metrics",
                            "--cacert",
                            "ca.crt",
                            "--cert",
                            "prometheus.crt",
                            "--key",
                            "prometheus.key"))
                    .isEqualTo(200);
        }
        Files.writeString(file, Files.readString(file) + "  client_allowed_sans: [someone.else]\n");
        try (WebServer server = start(Access.of(file))) {
            assertThat(curl(
                            server,
                            "/metrics",
                            "--cacert",
                            "ca.crt",
                            "--cert",
                            "prometheus.crt",
                            "--key",
                            "prometheus.key"))
                    .isZero();
        }
    }

    @Test
    void realPrometheusScrapesThroughTlsAndPassword() throws Exception {
        certificates();
        try (WebServer server = start(Access.of(sample("tls.yml")))) {
            int port;
            try (java.net.ServerSocket free = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Files.writeString(directory.resolve("prometheus.yml"), """
                    global: {scrape_interval: 1s, scrape_timeout: 1s}
                    scrape_configs:
                      - job_name: tap445
                        scheme: https
                        tls_config: {ca_file: ca.crt}
                        basic_auth: {username: prometheus, password: "%s"}
                        static_configs: [{targets: ["localhost:%d"]}]
                    """.formatted(PASSWORD, server.port()));
            Process prometheus;
            try {
                prometheus = new ProcessBuilder(
                                "prometheus",
                                "--config.file=prometheus.yml",
                                "--storage.tsdb.path=data",
                                "--web.listen-address=127.0.0.1:" + port)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start();
            } catch (IOException e) {
                assumeTrue(false, "prometheus is not installed: " + e.getMessage());
                return;
            }
            try {
                String query = "http://127.0.0.1:" + port + "/api/v1/query?query=tap445_hosts";
                long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
                while (!Tool.run(directory, "curl", "-s", query).output().contains("\"8\"")) {
                    assertThat(System.nanoTime())
                            .as(() -> "no sample: " + log())
                            .isLessThan(deadline);
                    Thread.sleep(300);
                }
            } finally {
                prometheus.destroy();
                assertThat(prometheus.waitFor(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void junkOnTheTlsPortHurtsNobody() throws Exception {
        certificates();
        Random random = new Random(445);
        try (WebServer server = start(Access.of(sample("tls.yml")))) {
            for (int i = 0; i < 60; i++) {
                byte[] junk = new byte[1 + random.nextInt(3_000)];
                random.nextBytes(junk);
                if (i % 3 == 0) {
                    junk[0] = 0x16; // a handshake, as far as the first byte goes
                } else if (i % 3 == 1) {
                    junk = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
                }
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                    socket.setSoTimeout(300);
                    OutputStream out = socket.getOutputStream();
                    out.write(junk);
                    InputStream in = socket.getInputStream();
                    byte[] answer = in.readNBytes(64);
                    assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotStartWith("HTTP/1.1 200");
                } catch (IOException e) {
                    // reset or still waiting for more: both are fine
                }
            }
            assertThat(curl(server, "/-/healthy", "--cacert", "ca.crt")).isEqualTo(200);
        }
    }

    /** Each handshake costs the server much more than who asks for it: one a connection. */
    @Test
    void aSecondHandshakeOnAConnectionIsRefused() throws Exception {
        certificates();
        try (WebServer server = start(Access.of(sample("tls.yml")))) {
            SSLContext trusting = SSLContext.getInstance("TLSv1.2");
            trusting.init(null, new TrustManager[] {new TrustAll()}, null);
            try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("localhost", server.port())) {
                socket.setSoTimeout(10_000);
                socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                socket.startHandshake();
                assertThatThrownBy(() -> {
                            socket.startHandshake();
                            socket.getOutputStream()
                                    .write("GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                            .getBytes(StandardCharsets.US_ASCII));
                            if (socket.getInputStream().read() < 0) {
                                throw new IOException("hung up");
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
            assertThat(curl(server, "/-/healthy", "--cacert", "ca.crt")).isEqualTo(200);
        }
    }

    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void keyOfAnotherCertificateStopsTheStart() throws Exception {
        certificates();
        Path file = sample("tls.yml");
        Files.copy(
                directory.resolve("prometheus.key"),
                directory.resolve("server.key"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> Access.of(file))
                .isInstanceOf(AccessException.class)
                .hasMessage(file + ": tls_server_config: the key does not belong to the certificate");
    }
}
