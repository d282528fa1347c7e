package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.MetricsContract;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a sensor exports and what {@code deploy/metrics.txt} promises are the same. */
final class MetricsContractTest {
    /** Exported once the sensor keeps a store and reads a configuration file. */
    private static final Set<String> WITH_STORE_AND_CONFIGURATION = Set.of(
            "tap445_accepted_device_info",
            "tap445_accepted_device_until_timestamp_seconds",
            "tap445_config_last_reload_successful",
            "tap445_store_write_failures_total");

    private static String scrape() throws IOException {
        PrometheusRegistry registry = new PrometheusRegistry();
        try (SensorMeters meters = new SensorMeters(registry, "1.2.3")) {
            assertThat(meters.registry().getMeters()).isNotEmpty();
            registry.register(new HostCollector(Estate::snapshot, Estate::feed, ExportLimits.DEFAULT));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void exportsEveryMetricOfTheContract() throws IOException {
        Set<String> missing = new TreeSet<>(MetricsContract.read().names());
        missing.removeAll(MetricsContract.exported(scrape()));
        missing.removeAll(WITH_STORE_AND_CONFIGURATION);
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
