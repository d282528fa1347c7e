package dev.tap445.inventory;

import dev.tap445.decode.IdentityField;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Nbss;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is held of one address, in both its roles. Inventory thread only. */
final class Host {
    final IpAddress address;
    /** The address again, a memory access nearer. */
    final long high;

    final long low;

    final int zone;
    /** Of this host alone, 48 bits: what {@link PairTable} knows it by. */
    final long number;

    final Device device = new Device();

    @Nullable ClientState client;

    @Nullable ServerState server;

    long lastLife;

    /** The last RST from the watched ports that fits no attempt which is known of; of this run of the sensor. */
    private long heardDirect;

    private long heardNetbios;

    /** Another one whenever anything may have been learnt of it. */
    int version;

    /** Its place among all hosts in order of their addresses, as of the last {@link HostTable#inOrder}. */
    int rank;

    /** In the table's list of changed hosts. */
    boolean changed;

    /** No longer in the table. */
    boolean forgotten;

    /** What was said of it in events, and what of it is in the store; null until there is any. */
    @Nullable Watch watch;

    Watch watched() {
        Watch known = watch;
        if (known == null) {
            known = new Watch(this);
            watch = known;
        }
        return known;
    }

    Host(IpAddress address, long number) {
        this.address = address;
        this.number = number;
        this.high = address.high();
        this.low = address.low();
        this.zone = address.zone();
    }

    /** An RST came from this port. */
    void heard(int port, long time) {
        if (port == Nbss.NETBIOS_PORT) {
            heardNetbios = Math.max(heardNetbios, time);
        } else {
            heardDirect = Math.max(heardDirect, time);
        }
    }

    /** When {@link #heard} last; 0 where it never was. */
    long heard(int port) {
        return port == Nbss.NETBIOS_PORT ? heardNetbios : heardDirect;
    }

    ClientState asClient() {
        ClientState state = client;
        if (state == null) {
            state = new ClientState(this);
            client = state;
        }
        return state;
    }

    ServerState asServer() {
        ServerState state = server;
        if (state == null) {
            state = new ServerState();
            server = state;
        }
        return state;
    }

    /** More is worth keeping longer. */
    int evidence() {
        ClientState c = client;
        ServerState s = server;
        if (c != null && c.smb1First != 0 || s != null && s.smb1First != 0) {
            return 4;
        }
        if (c != null && c.offersTotal() > 0 || s != null && s.hasAnswers()) {
            return 3;
        }
        if (s != null && lastLife != 0) {
            return 2;
        }
        return c != null || s != null ? 1 : 0;
    }

    /** Texts that a device says of itself, each as first seen. */
    static final class Device {
        private static final int FIELDS = IdentityField.values().length;
        private static final @Nullable String[] NO_TEXTS = new @Nullable String[FIELDS];
        private static final long[] NO_TIMES = {};
        private @Nullable String[] texts = NO_TEXTS; // most hosts never say anything
        private long[] times = NO_TIMES;
        long mac = -1;
        long macTime;
        int signing = -1;
        private @Nullable Sightings sightings; // most mirrors show no tags
        long guestSessions;

        void text(IdentityField field, String text, long time) {
            int at = field.ordinal();
            if (times.length == 0) {
                texts = new @Nullable String[FIELDS];
                times = new long[FIELDS];
            }
            String known = texts[at];
            if (known == null || time < times[at] || time == times[at] && text.compareTo(known) < 0) {
                texts[at] = text;
                times[at] = time;
            }
        }

        @Nullable String text(IdentityField first, IdentityField second) {
            String text = texts[first.ordinal()];
            return text != null ? text : texts[second.ordinal()];
        }

        @Nullable String text(IdentityField field) {
            return texts[field.ordinal()];
        }

        long time(IdentityField field) {
            return times[field.ordinal()];
        }

        /** The MAC of the earliest packet is kept. */
        void mac(long seen, long time) {
            if (mac < 0 || time < macTime || time == macTime && seen < mac) {
                mac = seen;
                macTime = time;
            }
        }

        /** Where its packets were mirrored: it was seen here, first at {@code time}. */
        void seenIn(int vantage, long time) {
            Sightings known = sightings;
            if (known == null) {
                known = new Sightings();
                sightings = known;
            }
            known.add(vantage, time);
        }

        /** Vantages, the latest to appear first. */
        List<Integer> seenIn() {
            Sightings known = sightings;
            return known == null ? List.of() : known.latestFirst();
        }

        /** As the store keeps them. */
        List<HostRecord.Sighting> sightings() {
            Sightings known = sightings;
            return known == null ? List.of() : known.records();
        }

        Signing signing() {
            return switch (signing) {
                case 0 -> Signing.OFF;
                case 1 -> Signing.ENABLED;
                case 2 -> Signing.REQUIRED;
                default -> Signing.UNKNOWN;
            };
        }
    }
}
