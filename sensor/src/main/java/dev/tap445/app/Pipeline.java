package dev.tap445.app;

import dev.tap445.capture.AddressPairSelector;
import dev.tap445.capture.CaptureLoop;
import dev.tap445.capture.CaptureThread;
import dev.tap445.capture.Distributor;
import dev.tap445.capture.IdleStrategy;
import dev.tap445.capture.PacketSource;
import dev.tap445.capture.SourceStatistics;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.ring.RecordRing;
import dev.tap445.track.ObservationReader;
import dev.tap445.track.ObservationWriter;
import dev.tap445.wire.DecodeFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The stages wired together: groups of sources, each with a capture thread of its own → one ring per capture thread and
 * worker → workers → observation queues → inventory.
 */
final class Pipeline implements AutoCloseable {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private static final long INVENTORY_PARK_NANOS = 50_000_000;

    private final PipelineOptions options;
    private final List<PacketSource> sources = new ArrayList<>();
    private final List<Distributor> distributors = new ArrayList<>();
    private final List<CaptureThread> captures = new ArrayList<>();
    private final List<RecordRing> rings = new ArrayList<>();
    private final List<RecordRing> queues = new ArrayList<>();
    private final List<ObservationWriter> writers = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final InventoryThread inventory;
    private final long started = System.nanoTime();
    private boolean finished;

    /** {@code groups}: the sources of each capture thread, read in the order of their packets' time. */
    Pipeline(List<List<PacketSource>> groups, PipelineOptions options) {
        this(groups, options, new Inventory(options.inventory()), InventoryThread.Companion.NONE);
    }

    /** As the other, with an inventory that may know something already; it belongs to the pipeline from now on. */
    Pipeline(
            List<List<PacketSource>> groups,
            PipelineOptions options,
            Inventory known,
            InventoryThread.Companion companion) {
        this.options = options;
        groups.forEach(sources::addAll);
        List<String> names = threadNames(groups);
        List<List<RecordRing>> ringsByCapture = new ArrayList<>();
        for (List<PacketSource> group : groups) {
            List<RecordRing> own = new ArrayList<>();
            for (int i = 0; i < options.workers(); i++) {
                own.add(RecordRing.allocate(options.ringBytes()));
            }
            rings.addAll(own);
            ringsByCapture.add(own);
            Distributor distributor = new Distributor(own, new AddressPairSelector(options.workers()));
            distributors.add(distributor);
            CaptureLoop loop = new CaptureLoop(group, distributor);
            captures.add(new CaptureThread(names.get(captures.size()), loop, idle()));
        }
        boolean pressed = sources.stream().noneMatch(PacketSource::canWait);
        List<ObservationReader> readers = new ArrayList<>();
        for (int i = 0; i < options.workers(); i++) {
            RecordRing queue = RecordRing.allocate(options.queueBytes());
            queues.add(queue);
            readers.add(new ObservationReader(queue, known));
            ObservationWriter writer = new ObservationWriter(queue, !options.live());
            writers.add(writer);
            int worker = i;
            List<RecordRing> own = ringsByCapture.stream()
                    .map(byWorker -> byWorker.get(worker))
                    .toList();
            workers.add(new Worker(i, own, writer, options.tracker(), idle(), options.live(), pressed));
        }
        inventory = new InventoryThread(known, readers, inventoryIdle(), options.live(), this::lost, companion);
    }

    /** Nobody waits for the inventory but who asks it, and that wakes it. */
    private IdleStrategy inventoryIdle() {
        return options.live() ? IdleStrategy.parking(INVENTORY_PARK_NANOS) : idle();
    }

    /** capture-I for the I-th interface or set of files, capture-I-K where several share an interface. */
    private static List<String> threadNames(List<List<PacketSource>> groups) {
        Map<String, Integer> sharing = new LinkedHashMap<>();
        groups.forEach(group -> sharing.merge(group.getFirst().name(), 1, Integer::sum));
        List<String> names = new ArrayList<>();
        int i = 0;
        for (int count : sharing.values()) {
            for (int k = 0; k < count; k++) {
                names.add("capture-" + i + (count == 1 ? "" : "-" + k));
            }
            i++;
        }
        return names;
    }

    private IdleStrategy idle() {
        return options.live() ? IdleStrategy.live() : IdleStrategy.file();
    }

    void start() {
        inventory.start();
        workers.forEach(Worker::start);
        captures.forEach(CaptureThread::start);
    }

    /** Whether every source has ended. */
    boolean inputEnded() {
        return captures.stream().allMatch(CaptureThread::isFinished);
    }

    /** What ended a capture thread against its will, if anything did. */
    void rethrowFailure() {
        for (CaptureThread capture : captures) {
            capture.failure().ifPresent(e -> {
                throw new IllegalStateException("the capture thread failed: " + e, e);
            });
        }
    }

    /** Waits for the sources to end, then settles everything. */
    void awaitEnd() throws InterruptedException {
        for (CaptureThread capture : captures) {
            capture.join();
        }
        finish();
    }

    /** Stops capturing and settles everything that came in. */
    void stop() throws InterruptedException {
        for (CaptureThread capture : captures) {
            capture.stop(STOP_PATIENCE);
        }
        finish();
    }

    private synchronized void finish() throws InterruptedException {
        if (finished) {
            return;
        }
        long end = 0;
        for (PacketSource source : sources) {
            end = Math.max(end, source.statistics().lastTimestamp());
        }
        for (Worker worker : workers) {
            worker.finish(end);
        }
        inventory.finish();
        finished = true; // not before: whoever is interrupted in this must not take the rings for free
    }

    /** Any thread: a fresh, consistent view of the hosts. */
    InventorySnapshot snapshot() {
        return inventory.snapshot();
    }

    /** Of every stage that has a thread. */
    Heartbeat heartbeat() {
        Heartbeat heartbeat = new Heartbeat();
        for (CaptureThread capture : captures) {
            heartbeat.watch(capture.name(), capture::turns);
        }
        for (Worker worker : workers) {
            heartbeat.watch(worker.name(), worker::turns);
        }
        return heartbeat.watch("inventory", inventory::turns);
    }

    double elapsedSeconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    /** Any thread: share of the input that has been read, 0 to 1; NaN where it is unknown. */
    double progress() {
        double sum = 0;
        for (PacketSource source : sources) {
            sum += source.progress();
        }
        return sources.isEmpty() ? 1 : sum / sources.size();
    }

    long packets() {
        long sum = 0;
        for (PacketSource source : sources) {
            sum += source.counters().packets();
        }
        return sum;
    }

    private long lost() {
        long sum = 0;
        for (PacketSource source : sources) {
            SourceStatistics statistics = source.statistics();
            sum += statistics.kernelDrops() + statistics.interfaceDrops();
        }
        for (Worker worker : workers) {
            sum += worker.errors() + worker.drops();
        }
        for (ObservationWriter writer : writers) {
            sum += writer.lost();
        }
        return sum;
    }

    /** Any thread: what came in, and what was lost where. */
    FeedView feed() {
        List<String> errors = new ArrayList<>();
        long packets = 0;
        long bytes = 0;
        long truncated = 0;
        long first = Long.MAX_VALUE;
        long last = 0;
        Map<String, FeedView.InterfaceView> interfaces = new LinkedHashMap<>();
        for (PacketSource source : sources) {
            SourceStatistics s = source.statistics();
            FeedView.InterfaceView view = new FeedView.InterfaceView(
                    s.name(), s.up(), s.packets(), s.bytes(), s.kernelDrops(), s.interfaceDrops(), s.lastTimestamp());
            interfaces.merge(s.name(), view, Pipeline::shared);
            source.problem().filter(line -> !errors.contains(line)).ifPresent(errors::add);
            packets += s.packets();
            bytes += s.bytes();
            truncated += s.truncated();
            if (s.packets() > 0) {
                first = Math.min(first, s.firstTimestamp());
                last = Math.max(last, s.lastTimestamp());
            }
        }
        List<String> files = options.live()
                ? List.of()
                : sources.stream().map(PacketSource::name).distinct().toList();
        return new FeedView(
                files,
                packets,
                bytes,
                packets == 0 ? 0 : first,
                last,
                truncated + (options.live() ? 0 : errors.size()),
                failures(),
                List.copyOf(interfaces.values()),
                workers.stream().map(Worker::view).toList(),
                errors,
                options.filter());
    }

    /** An interface that several capture threads share; what it drops itself each of them is told. */
    private static FeedView.InterfaceView shared(FeedView.InterfaceView a, FeedView.InterfaceView b) {
        return new FeedView.InterfaceView(
                a.name(),
                a.up() && b.up(),
                a.packets() + b.packets(),
                a.bytes() + b.bytes(),
                a.kernelDrops() + b.kernelDrops(),
                Math.max(a.interfaceDrops(), b.interfaceDrops()),
                Math.max(a.lastPacket(), b.lastPacket()));
    }

    private Map<String, Long> failures() {
        Map<String, Long> counts = new TreeMap<>();
        for (DecodeFailure reason : DecodeFailure.values()) {
            long count = 0;
            for (Worker worker : workers) {
                count += worker.failures().get(reason);
            }
            for (Distributor distributor : distributors) {
                count += distributor.failures(reason);
            }
            if (count > 0) {
                counts.put(reason.label(), count);
            }
        }
        return counts;
    }

    @Override
    public void close() {
        writers.forEach(ObservationWriter::abandon);
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return; // threads may still hold rings and sources: leave them to the end of the process
        }
        captures.forEach(CaptureThread::close);
        rings.forEach(RecordRing::close);
        queues.forEach(RecordRing::close);
    }
}
