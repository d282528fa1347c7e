package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.CaptureFilter;
import dev.tap445.capture.FilteredCapture;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.support.CaptureFile;
import dev.tap445.support.SampleFiles;
import dev.tap445.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The lean filter beside the full one, on every capture: the same verdicts, states and outcomes; where a NEGOTIATE was
 * not seen whole, {@code incomplete} and what follows from knowing less, and never another thing.
 */
final class LeanFilterTest {
    private static final int[] PORTS = {445, 139};

    private int compared;
    private int fewer;
    private long fullPackets;
    private long leanPackets;

    @BeforeAll
    static void needsLibpcap() {
        try {
            CaptureFilter.lean(PORTS).check(1);
        } catch (CaptureException e) {
            assumeTrue(false, "skipped: " + e.getMessage());
        }
    }

    @Test
    void saysTheSameOfEverySample() throws Exception {
        assertThat(differences(SampleFiles.captures())).isEmpty();
        assertThat(compared).isGreaterThan(30);
        assertThat(leanPackets).isLessThan(fullPackets);
    }

    @Test
    void saysTheSameOfEveryPublicCapture() throws Exception {
        try (Stream<Path> files = Files.list(CaptureFile.sharedCaptures().resolve("files"))) {
            assertThat(differences(files.sorted().toList())).isEmpty();
        }
        assertThat(compared).isGreaterThan(80);
        System.out.printf(
                "lean filter: %d captures, %d of %d packets, %d with offers not seen whole%n",
                compared, leanPackets, fullPackets, fewer);
    }

    private List<String> differences(List<Path> files) throws IOException, CaptureException {
        List<String> differences = new ArrayList<>();
        try (FilteredCapture full = new FilteredCapture(CaptureFilter.full(PORTS));
                FilteredCapture lean = new FilteredCapture(CaptureFilter.lean(PORTS))) {
            for (Path file : files) {
                byte[] capture = Replayed.bytes(file);
                byte[] all;
                try {
                    all = full.of(capture);
                } catch (CaptureException | IllegalStateException e) {
                    continue; // no capture, or one that no interface could give
                }
                String name = file.getFileName().toString();
                InventorySnapshot whole = Replayed.of(name, all, 1).inventory();
                InventorySnapshot less = Replayed.of(name, lean.of(capture), 1).inventory();
                fullPackets += full.passed();
                leanPackets += lean.passed();
                compared++;
                clients(name, whole, less, differences);
                servers(name, whole, less, differences);
            }
        }
        return differences;
    }

    private static <T> Map<IpAddress, T> byAddress(List<T> views, Function<T, IpAddress> address) {
        return views.stream().collect(Collectors.toMap(address, view -> view));
    }

    private void clients(String name, InventorySnapshot whole, InventorySnapshot less, List<String> differences) {
        Map<IpAddress, ClientView> lean = new HashMap<>(byAddress(less.clients(), ClientView::address));
        for (ClientView full : whole.clients()) {
            ClientView seen = lean.remove(full.address());
            if (seen == null) {
                if (full.evidence()) {
                    differences.add(name + " client " + full.address() + " is not there");
                }
                continue;
            }
            boolean incomplete = seen.offers().incomplete() > full.offers().incomplete();
            fewer += incomplete ? 1 : 0;
            boolean verdict = seen.verdict() == full.verdict()
                    || seen.verdict() == ClientVerdict.UNKNOWN
                    || incomplete && seen.verdict() == ClientVerdict.SMB1_IN_USE;
            boolean offers = seen.offers().total() == full.offers().total()
                    && seen.offers().smb1Only() <= full.offers().smb1Only()
                    && seen.offers().smb1AndSmb2() <= full.offers().smb1AndSmb2()
                    && seen.offers().smb2Only() <= full.offers().smb2Only();
            if (!verdict
                    || !offers
                    || !incomplete
                            && (seen.verdict() != full.verdict()
                                    || !seen.offers().equals(full.offers())
                                    || seen.smb1Sessions() != full.smb1Sessions()
                                    || seen.smb1Refused() != full.smb1Refused())) {
                differences.add(name + " client " + full.address() + " full " + brief(full) + " lean " + brief(seen));
            }
        }
        lean.values().forEach(more -> differences.add(name + " client " + more.address() + " is not there with full"));
    }

    private static String brief(ClientView view) {
        return view.verdict() + " " + view.offers() + " sessions " + view.smb1Sessions() + " refused "
                + view.smb1Refused();
    }

    private static void servers(
            String name, InventorySnapshot whole, InventorySnapshot less, List<String> differences) {
        Map<IpAddress, ServerView> lean = new HashMap<>(byAddress(less.servers(), ServerView::address));
        for (ServerView full : whole.servers()) {
            ServerView seen = lean.remove(full.address());
            if (seen == null) {
                if (full.verdict() != ServerVerdict.UNKNOWN) {
                    differences.add(name + " server " + full.address() + " is not there");
                }
                continue;
            }
            if (seen.verdict() != full.verdict() && seen.verdict() != ServerVerdict.UNKNOWN
                    || !ports(seen).equals(ports(full))) {
                differences.add(name + " server " + full.address() + " full " + full.verdict() + " " + ports(full)
                        + " lean " + seen.verdict() + " " + ports(seen));
            }
        }
        lean.values().forEach(more -> differences.add(name + " server " + more.address() + " is not there with full"));
    }

    /** State and outcomes of ports with attempts. */
    private static List<String> ports(ServerView server) {
        List<String> ports = new ArrayList<>();
        for (PortView port : server.ports()) {
            if (port.handshakes().total() > 0) {
                ports.add(port.port() + " " + port.state() + " " + port.handshakes() + " " + port.synRetransmissions());
            }
        }
        return ports;
    }
}
