package dev.tap445.export;

import dev.tap445.inventory.AcceptedDevice;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.MemoryView;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.IpAddress;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The metrics of what the sensor remembers: store, events, configuration, accepted devices. A subnet that is accepted has
 * one series for each of its hosts with SMB1, a single address has one in any case.
 */
public final class MemoryCollector implements MultiCollector {
    private static final double NANOS = 1e9;
    private static final int MAX_ACCEPTED = 20_000;
    private static final int WHOLE = 128;

    private final Supplier<MemoryView> memory;
    private final Supplier<InventorySnapshot> inventory;

    public MemoryCollector(Supplier<MemoryView> memory, Supplier<InventorySnapshot> inventory) {
        this.memory = memory;
        this.inventory = inventory;
    }

    @Override
    public MetricSnapshots collect() {
        MemoryView view = memory.get();
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(counter("tap445_store_write_failures", "Writes to the store that failed.", view.writeFailures()));
        if (view.stored()) {
            all.add(gauge("tap445_store_bytes", "Size of the store's file and its log.", (double) view.storeBytes()));
            all.add(gauge(
                    "tap445_store_last_write_timestamp_seconds",
                    "When the store was last written; 0 for never.",
                    view.lastWritten() / NANOS));
            all.add(gauge("tap445_store_waiting_hosts", "Changed hosts that wait to be written.", (double)
                    view.waitingHosts()));
        }
        all.add(counter("tap445_events", "Events that went out.", view.eventsSent()));
        all.add(counter(
                "tap445_events_dropped", "Events that were lost because nothing took them.", view.eventsDropped()));
        all.add(gauge(
                "tap445_learning_until_timestamp_seconds",
                "End of the learning period: SMB1 clients first seen before it are taken for the stock.",
                view.learningUntil() / NANOS));
        all.add(gauge(
                "tap445_config_last_reload_successful",
                "Whether the last reload of the configuration was taken (1), or the one before goes on (0).",
                view.lastReloadSuccessful() ? 1 : 0));
        all.add(gauge(
                "tap445_config_last_reload_success_timestamp_seconds",
                "When the configuration was last read with success.",
                view.lastReload() / NANOS));
        accepted(view, all);
        return new MetricSnapshots(all);
    }

    private void accepted(MemoryView view, List<MetricSnapshot> all) {
        if (view.accepted().all().isEmpty()) {
            return;
        }
        InfoSnapshot.Builder infos = InfoSnapshot.builder()
                .name("tap445_accepted_device")
                .help("A device whose SMB1 somebody has taken responsibility for, expired or not.");
        GaugeSnapshot.Builder ends = GaugeSnapshot.builder()
                .name("tap445_accepted_device_until_timestamp_seconds")
                .help("End of the acceptance of a device, where it has one.");
        for (Map.Entry<IpAddress, AcceptedDevice> entry : devices(view).entrySet()) {
            String client = entry.getKey().toString();
            AcceptedDevice device = entry.getValue();
            infos.dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                    .labels(Labels.of("client", client, "owner", device.owner(), "reason", device.reason()))
                    .build());
            if (device.until() != 0) {
                ends.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("client", client))
                        .value(device.until() / NANOS)
                        .build());
            }
        }
        all.add(infos.build());
        all.add(ends.build());
    }

    private Map<IpAddress, AcceptedDevice> devices(MemoryView view) {
        Map<IpAddress, AcceptedDevice> devices = new TreeMap<>();
        for (AcceptedDevice device : view.accepted().all()) {
            if (device.subnet().prefixLength() == WHOLE && devices.size() < MAX_ACCEPTED) {
                devices.put(device.subnet().base(), device);
            }
        }
        InventorySnapshot snapshot = inventory.get();
        for (ClientView client : snapshot.clients()) {
            if (client.smb1FirstSeen() != 0 || client.scanner()) {
                add(client.address(), view, devices);
            }
        }
        for (ServerView server : snapshot.servers()) {
            if (server.smb1FirstSeen() != 0) {
                add(server.address(), view, devices);
            }
        }
        return devices;
    }

    private static void add(IpAddress address, MemoryView view, Map<IpAddress, AcceptedDevice> devices) {
        AcceptedDevice device = view.accepted().find(address);
        if (device != null && devices.size() < MAX_ACCEPTED) {
            devices.put(address, device);
        }
    }

    private static MetricSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value((double) value)
                        .build())
                .build();
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .value(value)
                        .build())
                .build();
    }
}
