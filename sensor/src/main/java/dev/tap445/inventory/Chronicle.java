package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Once a second, on the inventory's thread: looks at the hosts that changed, finds what is worth an event, and hands both
 * to the store. An event goes out when it is on the disk together with its host; without a store it goes out at once.
 */
public final class Chronicle {
    private static final long PERIOD_NANOS = 1_000_000_000L;
    /** A host that keeps changing is written this often. */
    private static final long SAVE_PERIOD_NANOS = 10_000_000_000L;
    /** Hosts of one batch. */
    private static final int BATCH = 5_000;
    /** Events kept while the store cannot be written. */
    private static final int MAX_WAITING = 20_000;

    private final Inventory inventory;
    private final HostRecords records;
    private final HostEvents events;
    private final @Nullable InventoryStore store;
    private final Function<Event, String> format;
    private final Consumer<List<EventLine>> out;
    private final long firstStart;
    private List<Host> unsaved = new ArrayList<>();
    private List<EventLine> waiting = new ArrayList<>();
    private long next = Long.MIN_VALUE;
    private boolean metaDue;
    private volatile ChronicleOptions options;
    private final AtomicLong eventsDropped = new AtomicLong();
    private volatile long waitingHosts;

    /**
     * @param format an event as one line
     * @param out takes events where there is no store; must not block
     */
    public Chronicle(
            Inventory inventory,
            ChronicleOptions options,
            @Nullable InventoryStore store,
            Function<Event, String> format,
            Consumer<List<EventLine>> out) {
        this.inventory = inventory;
        this.options = options;
        this.store = store;
        this.format = format;
        this.out = out;
        this.records = new HostRecords(inventory);
        this.firstStart = store == null ? System.currentTimeMillis() * 1_000_000L : store.firstStart();
        this.events = new HostEvents(inventory);
        inventory.hosts.noteChanges();
    }

    /** Any thread: from the next look on. */
    public void options(ChronicleOptions changed) {
        options = changed;
    }

    public ChronicleOptions options() {
        return options;
    }

    /** Any thread: end of the learning period, nanoseconds since the epoch. */
    public long learningUntil() {
        return firstStart + options.learning();
    }

    /** Any thread: events lost because the store could not be written for long. */
    public long eventsDropped() {
        return eventsDropped.get();
    }

    /** Any thread: hosts that wait to be written. */
    public long waitingHosts() {
        return waitingHosts;
    }

    /** The inventory's thread; {@code clock} in nanoseconds since the epoch, {@code monotonic} for periods. */
    public void tick(long clock, long monotonic) {
        if (next != Long.MIN_VALUE && monotonic - next < 0) {
            return;
        }
        next = monotonic + PERIOD_NANOS;
        look(clock);
        InventoryStore to = store;
        if (to == null) {
            emit();
        } else {
            if (to.takeResaveWanted()) {
                resave();
            }
            while (to.hasRoom() && save(to, clock, monotonic, false)) {
                // as long as a full batch is due
            }
        }
    }

    /** The last look; everything is handed over, as far as there is room. */
    public void finish(long clock, long monotonic) {
        look(clock);
        InventoryStore to = store;
        if (to == null) {
            emit();
            return;
        }
        metaDue = true;
        long patience = System.nanoTime() + 5 * PERIOD_NANOS;
        boolean more = true;
        while (more && System.nanoTime() - patience < 0) {
            if (to.hasRoom()) {
                more = save(to, clock, monotonic, true);
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private void look(long clock) {
        List<Host> changed = inventory.hosts.takeChanged();
        boolean learning = options.learning() > 0 && clock < learningUntil();
        List<Event> found = events.look(changed, clock, options, learning);
        metaDue |= !changed.isEmpty();
        for (Host host : changed) {
            if (store != null && (host.client != null || host.server != null)) {
                Watch watch = host.watched();
                if (!watch.unsaved) {
                    watch.unsaved = true;
                    unsaved.add(host);
                }
            }
        }
        for (Event event : found) {
            announce(event);
        }
    }

    /** An event about the sensor, or one that was found here. Inventory thread. */
    public void announce(Event event) {
        if (waiting.size() >= MAX_WAITING) {
            eventsDropped.incrementAndGet();
            return;
        }
        var subject = event.subject();
        waiting.add(new EventLine(
                event.id(),
                event.kind().action(),
                event.time(),
                subject == null ? "" : subject.toString(),
                format.apply(event)));
        Host host = subject == null ? null : inventory.hosts.find(subject);
        if (host != null && store != null) {
            Watch watch = host.watched();
            watch.urgent = true;
            if (!watch.unsaved) {
                watch.unsaved = true;
                unsaved.add(host);
            }
        }
    }

    private void emit() {
        if (!waiting.isEmpty()) {
            List<EventLine> lines = waiting;
            waiting = new ArrayList<>();
            out.accept(lines);
        }
    }

    private void resave() {
        for (Host host : inventory.hosts.all()) {
            if (host.client == null && host.server == null) {
                continue;
            }
            Watch watch = host.watched();
            watch.urgent = true;
            if (host.client != null) {
                host.client.pairs().forEach(pair -> pair.savedStamp = -1);
            }
            if (!watch.unsaved) {
                watch.unsaved = true;
                unsaved.add(host);
            }
        }
    }

    /** Hands over one batch of what is due; true where more may be due. Hosts of events come with their events. */
    private boolean save(InventoryStore to, long clock, long monotonic, boolean all) {
        List<HostRecord> hosts = new ArrayList<>();
        List<Host> later = new ArrayList<>();
        boolean urgentLeft = false;
        for (Host host : unsaved) {
            Watch watch = host.watched();
            boolean due = all
                    || watch.urgent
                    || watch.savedAt == Long.MIN_VALUE
                    || monotonic - watch.savedAt >= SAVE_PERIOD_NANOS;
            if (due && (hosts.size() < BATCH || watch.urgent)) {
                hosts.add(records.of(host, false));
                watch.unsaved = false;
                watch.urgent = false;
                watch.savedAt = monotonic;
            } else {
                urgentLeft |= due;
                later.add(host);
            }
        }
        unsaved = later;
        waitingHosts = later.size();
        if (hosts.isEmpty() && waiting.isEmpty() && !metaDue) {
            return false;
        }
        metaDue = false;
        Map<String, Long> meta = FeedTimes.of(inventory, clock, firstStart);
        to.handOver(new Batch(hosts, waiting, meta));
        waiting = new ArrayList<>();
        return urgentLeft;
    }
}
