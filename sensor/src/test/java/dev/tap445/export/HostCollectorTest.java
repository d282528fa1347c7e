package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.inventory.AnswerCount;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.IpAddress;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HostCollectorTest {
    private static final String FIRST_SEEN = "tap445_smb1_client_first_seen_timestamp_seconds{";

    private final AtomicReference<InventorySnapshot> inventory = new AtomicReference<>(Estate.snapshot());

    private static String text(MetricSnapshots snapshots) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, snapshots);
        return out.toString(StandardCharsets.UTF_8);
    }

    private HostCollector collector(int hosts, int pairs, Duration idle) {
        return new HostCollector(inventory::get, Estate::feed, new ExportLimits(hosts, pairs, idle));
    }

    private static List<String> lines(HostCollector collector, String prefix) throws IOException {
        return text(collector.collect())
                .lines()
                .filter(line -> line.startsWith(prefix))
                .toList();
    }

    private void clients(long time, List<ClientView> clients) {
        inventory.set(Estate.snapshot(time, clients, List.of(), List.of()));
    }

    @Test
    void exportsTheWholeEstate() throws IOException {
        HostCollector collector = new HostCollector(inventory::get, Estate::feed, ExportLimits.DEFAULT);
        String body = text(collector.collect());
        Golden.check("estate.prom", body);
        assertThat(text(collector.collect())).isEqualTo(body);
    }

    @Test
    void sumsServersThatNeverShowedLife() throws IOException {
        List<String> lines = lines(collector(10, 10, Duration.ofDays(30)), "tap445_unanswered_syns_total{");
        assertThat(lines)
                .contains("tap445_unanswered_syns_total{port=\"445\",server=\"other\"} 27.0")
                .noneMatch(line -> line.contains("\"198.18.0.5\""));
    }

    @Test
    void admitsFirstComeUpToTheCapAndKeepsWhoIsIn() throws IOException {
        HostCollector collector = collector(2, 10, Duration.ofDays(30));
        clients(Estate.NOW, List.of(numbered(1, 30), numbered(2, 20), numbered(3, 10)));
        assertThat(lines(collector, FIRST_SEEN)).hasSize(2).noneMatch(line -> line.contains("10.0.0.1"));
        clients(Estate.NOW, List.of(numbered(1, 30), numbered(2, 20), numbered(3, 10), numbered(4, 5)));
        assertThat(lines(collector, FIRST_SEEN))
                .as("an older first sight that is learnt of later pushes nobody out")
                .hasSize(2)
                .anyMatch(line -> line.contains("10.0.0.2"))
                .anyMatch(line -> line.contains("10.0.0.3"));
        assertThat(lines(collector, "tap445_series_suppressed_total{kind=\"host\"}"))
                .containsExactly("tap445_series_suppressed_total{kind=\"host\"} 2.0");
    }

    @Test
    void countsAHostThatStaysOutOnce() throws IOException {
        HostCollector collector = collector(1, 10, Duration.ofDays(30));
        for (int scrape = 0; scrape < 3; scrape++) {
            clients(Estate.NOW + scrape, List.of(numbered(1, 1), numbered(2, 2)));
            assertThat(lines(collector, "tap445_series_suppressed_total{kind=\"host\"}"))
                    .containsExactly("tap445_series_suppressed_total{kind=\"host\"} 1.0");
        }
    }

    @Test
    void capsPairsOnTheirOwn() throws IOException {
        List<PairView> pairs = IntStream.range(0, 5)
                .mapToObj(i -> new PairView(
                        Estate.numbered(i, 1, 1).address(), Estate.NAS, 1, 0, 0, 1, 1, 0, Estate.NOW - i, Estate.NOW))
                .toList();
        inventory.set(Estate.snapshot(Estate.NOW, List.of(), List.of(), pairs));
        HostCollector collector = collector(10, 3, Duration.ofDays(30));
        assertThat(lines(collector, "tap445_smb1_messages_total{"))
                .hasSize(3)
                .noneMatch(line -> line.contains("10.0.0.0") || line.contains("10.0.0.1\""));
        assertThat(lines(collector, "tap445_series_suppressed_total{kind=\"pair\"}"))
                .containsExactly("tap445_series_suppressed_total{kind=\"pair\"} 2.0");
    }

    @Test
    void idleHostLeavesAndMakesRoom() throws IOException {
        HostCollector collector = collector(1, 10, Duration.ofDays(1));
        ClientView early = Estate.numbered(1, Estate.MORNING, Estate.MORNING);
        ClientView late = Estate.numbered(2, Estate.MORNING + 1, Estate.NOW);
        clients(Estate.MORNING + 1, List.of(early, late));
        assertThat(lines(collector, FIRST_SEEN)).singleElement().asString().contains("10.0.0.1");
        clients(Estate.NOW, List.of(early, late));
        assertThat(lines(collector, FIRST_SEEN)).singleElement().asString().contains("10.0.0.2");
    }

    @Test
    void silentSinceIsThereOnlyWhileItHolds() throws IOException {
        HostCollector collector = collector(10, 10, Duration.ofDays(30));
        String prefix = "tap445_server_silent_since_timestamp_seconds{";
        assertThat(lines(collector, prefix)).singleElement().asString().contains("198.18.0.4");
        inventory.set(Estate.snapshot(Estate.NOW, List.of(), List.of(Estate.nas()), List.of()));
        assertThat(lines(collector, prefix)).isEmpty();
    }

    /** What is dark here may be alive at another sensor: a fleet needs to know since when, and nothing else. */
    @Test
    void aDarkServerHasNothingButTheBeginningOfItsSilence() throws IOException {
        long since = Estate.NOW - 60 * Estate.SECOND;
        PortView dark = new PortView(
                445,
                PortState.DARK,
                null,
                new HandshakeCounts(0, 0, 0, 2, 0, 0, 0),
                8,
                6,
                0,
                0,
                0,
                since,
                false,
                List.of());
        IpAddress address = IpAddress.ofV4(0x0a00_0009);
        ServerView server = Estate.server(address, ServerVerdict.UNKNOWN, List.of(), List.of(), 0, 0, dark);
        inventory.set(Estate.snapshot(Estate.NOW, List.of(), List.of(server), List.of()));
        assertThat(lines(collector(10, 10, Duration.ofDays(30)), "tap445_").stream()
                        .filter(line -> line.contains(address.toString())))
                .containsExactly("tap445_server_unanswered_since_timestamp_seconds{port=\"445\",server=\"10.0.0.9\"} "
                        + Double.toString(since / 1e9));
        assertThat(lines(collector(0, 10, Duration.ofDays(30)), "tap445_server_unanswered_since"))
                .isEmpty();
    }

    /** Each client with a pair, each server with a port: more series a host than a real network has. */
    @Test
    void scrapeOfAHundredThousandHostsIsCheap() throws IOException {
        List<ClientView> clients = new ArrayList<>();
        List<ServerView> servers = new ArrayList<>();
        List<PairView> pairs = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            long seen = Estate.MORNING + i;
            ClientView client = Estate.numbered(i, seen, Estate.NOW);
            IpAddress server = IpAddress.ofV4(0x0b000000 + i);
            clients.add(client);
            servers.add(Estate.server(
                    server,
                    ServerVerdict.SMB1_ENABLED,
                    List.of(new AnswerCount("NT LM 0.12", "smb1", "smb1_only", 1)),
                    List.of(client.address()),
                    seen,
                    Estate.NOW,
                    Estate.nas().ports().getFirst()));
            pairs.add(new PairView(client.address(), server, 1, 0, 0, 1, 1, 0, seen, Estate.NOW));
        }
        HostCollector collector = new HostCollector(inventory::get, Estate::feed, ExportLimits.DEFAULT);
        long best = Long.MAX_VALUE;
        for (int scrape = 0; scrape < 20; scrape++) {
            inventory.set(Estate.snapshot(Estate.NOW + scrape, clients, servers, pairs));
            long start = cpuTime();
            PrometheusTextFormatWriter.create().write(OutputStream.nullOutputStream(), collector.collect());
            best = Math.min(best, cpuTime() - start);
        }
        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(250));
    }

    private static long cpuTime() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static ClientView numbered(int number, long secondsAfterMorning) {
        return Estate.numbered(number, Estate.MORNING + secondsAfterMorning * Estate.SECOND, Estate.NOW);
    }
}
