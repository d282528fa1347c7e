package dev.tap445.inventory;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.Offer;
import java.util.BitSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A host as a client. Every update is a sum, a minimum, a maximum or a union: the order of updates changes nothing. */
final class ClientState {
    /** Servers listed per client; a scanner has more. */
    private static final int MAX_SERVERS = 4096;

    /** What {@link ScannerWatch} thinks of it. */
    enum Suspicion {
        NONE,
        SUSPECT,
        TOLD
    }

    /** As of the last snapshot, and the host's version then. */
    @Nullable ClientView view;

    int viewVersion;

    final Host host;
    final ScanWindow scan = new ScanWindow();
    private final PairTable pairs = new PairTable(MAX_SERVERS);
    private long @Nullable [] offers; // most of a flood never makes one
    private long commonDialects; // codes below 64
    private @Nullable BitSet rareDialects;
    /** An answer proved that SMB2 was offered, though the offer was not seen whole. */
    boolean smb2Proven;

    Suspicion suspicion = Suspicion.NONE;
    long sessions;
    long messages;
    long bytes;
    long refused;
    long unansweredSyns;
    long firstSeen;
    long lastSeen;
    long smb1First;
    long smb1Last;

    ClientState(Host host) {
        this.host = host;
    }

    void seen(long time) {
        firstSeen = firstSeen == 0 ? time : Math.min(firstSeen, time);
        lastSeen = Math.max(lastSeen, time);
    }

    void smb1At(long time) {
        smb1First = smb1First == 0 ? time : Math.min(smb1First, time);
        smb1Last = Math.max(smb1Last, time);
    }

    void offer(Offer offer) {
        counts()[offer.ordinal()]++;
    }

    /** What an earlier run of the sensor had counted. */
    void restore(Offer offer, long count) {
        counts()[offer.ordinal()] = Math.max(count, offers(offer));
    }

    private long[] counts() {
        long[] counts = offers;
        if (counts == null) {
            counts = new long[Offer.values().length];
            offers = counts;
        }
        return counts;
    }

    void dialects(int[] codes, int count) {
        for (int i = 0; i < count; i++) {
            int code = codes[i];
            if (code < Long.SIZE) {
                commonDialects |= 1L << code;
            } else {
                rare().set(code);
            }
        }
    }

    private BitSet rare() {
        BitSet set = rareDialects;
        if (set == null) {
            set = new BitSet();
            rareDialects = set;
        }
        return set;
    }

    long offers(Offer offer) {
        long[] counts = offers;
        return counts == null ? 0 : counts[offer.ordinal()];
    }

    long offersTotal() {
        long[] counts = offers;
        long sum = 0;
        if (counts != null) {
            for (long count : counts) {
                sum += count;
            }
        }
        return sum;
    }

    Pair pair(Host server) {
        return pairs.get(server);
    }

    /** The two met, and nothing is to be held of it. */
    void meet(Host server) {
        pairs.meet(server);
    }

    /** The servers it met. */
    List<Host> servers() {
        return pairs.servers();
    }

    /** The pairs of which something is held. */
    List<Pair> pairsHeld() {
        return pairs.made();
    }

    /** A pair for each server. */
    Iterable<Pair> pairs() {
        return pairs;
    }

    int pairCount() {
        return pairs.size();
    }

    OfferCounts offerCounts() {
        if (offers == null) {
            return OfferCounts.NONE;
        }
        return new OfferCounts(
                offers(Offer.SMB1_ONLY),
                offers(Offer.SMB1_AND_SMB2),
                offers(Offer.SMB2_ONLY),
                offers(Offer.INCOMPLETE));
    }

    /** What {@link #dialectNames} follows from, where it says all; -1 where it does not. */
    long dialectBits() {
        return rareDialects == null ? commonDialects : -1;
    }

    List<String> dialectNames() {
        TreeSet<String> names = new TreeSet<>();
        for (int code = Dialects.NONE + 1; code < Long.SIZE; code++) {
            if ((commonDialects >>> code & 1) != 0) {
                names.add(Dialects.name(code));
            }
        }
        BitSet rare = rareDialects;
        if (rare != null) {
            rare.stream().forEach(code -> names.add(Dialects.name(code)));
        }
        return List.copyOf(names);
    }

    ClientVerdict verdict() {
        boolean smb1Only = offers(Offer.SMB1_ONLY) > 0;
        boolean both = offers(Offer.SMB1_AND_SMB2) > 0;
        boolean smb2 = both || offers(Offer.SMB2_ONLY) > 0 || smb2Proven;
        if (smb1Only) {
            return smb2 ? ClientVerdict.MIXED : ClientVerdict.SMB1_ONLY;
        }
        if (sessions > 0) {
            return ClientVerdict.SMB1_IN_USE;
        }
        if (both) {
            return ClientVerdict.SMB1_OFFERED;
        }
        return offers(Offer.SMB2_ONLY) > 0 ? ClientVerdict.SMB2_ONLY : ClientVerdict.UNKNOWN;
    }
}
