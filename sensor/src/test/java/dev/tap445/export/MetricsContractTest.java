package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.inventory.AcceptedDevice;
import dev.tap445.inventory.AcceptedDevices;
import dev.tap445.inventory.MemoryView;
import dev.tap445.support.MetricsContract;
import dev.tap445.wire.Subnet;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a sensor exports and what {@code deploy/metrics.txt} promises are the same. */
final class MetricsContractTest {
    private static String scrape() throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        try (SensorMeters meters = new SensorMeters(registry, "1.2.3")) {
            assertThat(meters.registry().getMeters()).isNotEmpty();
            registry.register(new HostCollector(Estate::snapshot, Estate::feed, ExportLimits.DEFAULT));
            registry.register(new MemoryCollector(MetricsContractTest::memory, Estate::snapshot));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    private static MemoryView memory() {
        Subnet subnet = Subnet.parse("192.0.2.7").orElseThrow();
        AcceptedDevices accepted = new AcceptedDevices(
                List.of(new AcceptedDevice(subnet, false, "print team", "plotter", 1_900_000_000_000_000_000L)));
        return new MemoryView(true, 0, 1, 1, 0, 0, 0, 1, true, 1, accepted);
    }

    @Test
    void exportsEveryMetricOfTheContract() throws IOException {
        Set<String> missing = new TreeSet<>(MetricsContract.read().names());
        missing.removeAll(MetricsContract.exported(scrape()));
        assertThat(missing).isEmpty();
    }

    @Test
    void exportsNoOtherMetricTypeOrLabel() throws IOException {
        assertThat(MetricsContract.read().violations(scrape())).isEmpty();
    }

    @Test
    void noticesWhatTheContractDoesNotKnow() throws IOException {
        MetricsContract contract = MetricsContract.read();
        assertThat(contract.violations("# TYPE tap445_hostz gauge\ntap445_hostz 1\n"))
                .containsExactly("tap445_hostz is not in the contract", "no such metric: tap445_hostz 1");
        assertThat(contract.violations("# TYPE tap445_hosts counter\ntap445_hosts 1\n"))
                .containsExactly("tap445_hosts is a counter, not a gauge");
        assertThat(contract.violations("# TYPE tap445_flows gauge\ntap445_flows{thread=\"0\"} 1\n"))
                .singleElement()
                .asString()
                .startsWith("labels [thread] instead of [worker]");
        assertThat(
                        contract.violations(
                                "# TYPE tap445_smb_offers_total counter\ntap445_smb_offers_total{client=\"c\",offer=\"smb4\"} 1\n"))
                .singleElement()
                .asString()
                .startsWith("offer is never smb4");
    }
}
