package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows the ports with unanswered attempts from one review to the next: tells the listener of silence and its end,
 * and counts the verdicts that were withheld, each once for as long as it is withheld for that reason. Scrapes and
 * reports change nothing here. Inventory thread only.
 */
final class PortWatch {
    /** Ports looked at in one review; the next goes on behind them, so that a worm does not hold the inventory up. */
    static final int PORTS_A_REVIEW = 20_000;

    private final Inventory inventory;
    private final List<Watched> ports = new ArrayList<>();
    private final TreeMap<String, Long> suppressed = new TreeMap<>();
    private int next;

    /** A port and what was said of it. */
    private static final class Watched {
        final Host server;
        final PortEvidence port;

        @Nullable String withheld;

        Watched(Host server, PortEvidence port) {
            this.server = server;
            this.port = port;
        }
    }

    PortWatch(Inventory inventory) {
        this.inventory = inventory;
    }

    /** An attempt to this port was not answered. */
    void add(Host server, PortEvidence port) {
        if (!port.watched) {
            port.watched = true;
            ports.add(new Watched(server, port));
        }
    }

    int size() {
        return ports.size();
    }

    /** Verdicts withheld so far, by reason. */
    Map<String, Long> suppressed() {
        return new TreeMap<>(suppressed);
    }

    /** Looks at the ports as of the inventory's now. */
    void review() {
        int todo = Math.min(ports.size(), PORTS_A_REVIEW);
        for (int i = 0; i < todo; i++) {
            if (next >= ports.size()) {
                next = 0;
            }
            Watched watched = ports.get(next);
            if (review(watched)) {
                next++;
            } else {
                forget(next);
            }
        }
    }

    private void forget(int at) {
        ports.get(at).port.watched = false;
        Watched last = ports.removeLast();
        if (at < ports.size()) {
            ports.set(at, last);
        }
    }

    /** Whether there is anything left to follow. */
    private boolean review(Watched w) {
        if (inventory.hosts.find(w.server.address) != w.server) {
            return false;
        }
        PortVerdict verdict = PortVerdict.of(w.server, w.port, inventory.sight);
        withhold(w, verdict.suppressed());
        if (verdict.state() == PortState.SILENT && w.port.silentSince == 0) {
            w.port.silentSince = verdict.silentSince();
            inventory.listener.wentSilent(
                    w.server.address, w.port.port, w.port.silentSince, w.port.lastAnswer, inventory.now());
        }
        long heard = w.port.lastResponse();
        if (w.port.silentSince != 0 && heard > w.port.silentSince) {
            PortState state = w.port.lastKindOfResponse();
            inventory.listener.silenceEnded(
                    w.server.address, w.port.port, w.port.silentSince, state, heard, inventory.now());
            w.port.silentSince = 0;
        }
        return w.port.silentSince != 0
                || w.withheld != null
                || w.port.hasUnansweredSince(Math.max(heard, inventory.sight.windowStart() - 1));
    }

    private void withhold(Watched w, @Nullable String reason) {
        if (reason != null && !reason.equals(w.withheld)) {
            suppressed.merge(reason, 1L, Long::sum);
        }
        w.withheld = reason;
    }
}
