package dev.tap445.export;

import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every metric that follows from a snapshot, made anew at each scrape: nothing per packet touches a metrics library.
 * Any thread may scrape; scrapes take turns. The host series are kept as long as the inventory gives the very same
 * snapshot.
 */
public final class HostCollector implements MultiCollector {
    private final Supplier<InventorySnapshot> inventory;
    private final Supplier<FeedView> feed;
    private final Roster roster;

    private @Nullable InventorySnapshot collected;
    private List<MetricSnapshot> hostSeries = List.of();

    public HostCollector(Supplier<InventorySnapshot> inventory, Supplier<FeedView> feed, ExportLimits limits) {
        this.inventory = inventory;
        this.feed = feed;
        this.roster = new Roster(limits);
    }

    @Override
    @SuppressWarnings(
            "ReferenceEquality") // the very same snapshot: comparing its content would cost more than collecting
    public synchronized MetricSnapshots collect() {
        InventorySnapshot snapshot = inventory.get();
        if (snapshot != collected) {
            hostSeries = hosts(snapshot);
            collected = snapshot;
        }
        Series own = new Series();
        FeedSeries.collect(feed.get(), snapshot, own);
        own.count(Family.SERIES_SUPPRESSED, Labels.of("kind", "host"), roster.suppressedHosts());
        own.count(Family.SERIES_SUPPRESSED, Labels.of("kind", "pair"), roster.suppressedPairs());
        List<MetricSnapshot> all = new ArrayList<>(hostSeries);
        all.addAll(own.snapshots());
        return new MetricSnapshots(all);
    }

    private List<MetricSnapshot> hosts(InventorySnapshot snapshot) {
        Roster.Members members = roster.admit(snapshot);
        Series series = new Series();
        ClientSeries.collect(members.clients(), series);
        ServerSeries.collect(members.servers(), series);
        PairSeries.collect(members.pairs(), series);
        PortSeries.collect(snapshot, members.servers(), members.dark(), series);
        return series.snapshots();
    }

    /** Lets the registry refuse a second metric of the same name. */
    @Override
    public List<MetricFamilyDescriptor> getMetricFamilyDescriptors() {
        return Arrays.stream(Family.values())
                .map(family -> MetricFamilyDescriptor.of(family.type(), family.metadata()))
                .toList();
    }
}
