package dev.tap445.export;

import dev.tap445.inventory.AnswerCount;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.IpAddress;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a scrape costs: series from a snapshot of so many hosts, half of them clients with a pair each, and the text. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class ScrapeBench {
    @Param({"1000", "100000"})
    int hosts;

    private final List<ClientView> clients = new ArrayList<>();
    private final List<ServerView> servers = new ArrayList<>();
    private final List<PairView> pairs = new ArrayList<>();
    private InventorySnapshot snapshot = Estate.snapshot();
    private final HostCollector collector = new HostCollector(() -> snapshot, Estate::feed, ExportLimits.DEFAULT);
    private long now = Estate.NOW;

    @Setup
    public void populate() {
        for (int i = 0; i < hosts / 2; i++) {
            long seen = Estate.MORNING + i;
            ClientView client = Estate.numbered(i, seen, Estate.NOW);
            IpAddress server = IpAddress.ofV4(0x0b00_0000 + i);
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
    }

    /** A new snapshot each time, as if every scrape came later than the one before. */
    @Benchmark
    public void scrape() throws IOException {
        snapshot = Estate.snapshot(++now, clients, servers, pairs);
        PrometheusTextFormatWriter.create().write(OutputStream.nullOutputStream(), collector.collect());
    }
}
