package dev.tap445.inventory;

import dev.tap445.wire.FlowHash;
import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hosts by address, found without making a key object; bounded. When it is full, a host with evidence takes the place of
 * one with less; one without is not admitted. Inventory thread only.
 */
final class HostTable {
    private static final int SAMPLE = 32;
    private static final Comparator<Host> BY_ADDRESS = Comparator.comparing(host -> host.address);

    private final int capacity;
    private final List<Host> hosts = new ArrayList<>();
    private long[] index = new long[1 << 10]; // hash << 32 | position in hosts + 1; 0 is free
    private long admitted;
    private int hand;
    private long evicted;
    private boolean noting;
    private List<Host> changed = new ArrayList<>();
    private Host[] ordered = {};
    private long orderedUpTo; // hosts with a lower number are among them
    private boolean removed; // some of them are forgotten

    HostTable(int capacity) {
        this.capacity = capacity;
    }

    int size() {
        return hosts.size();
    }

    /** Hosts forgotten or not admitted because the table was full. */
    long evicted() {
        return evicted;
    }

    List<Host> all() {
        return hosts;
    }

    /** All hosts in the order of their addresses; not to be written to. */
    Host[] inOrder() {
        if (orderedUpTo != admitted || removed) {
            Host[] all = new Host[hosts.size()];
            int count = 0;
            for (Host host : ordered) {
                if (!host.forgotten) {
                    all[count++] = host;
                }
            }
            for (Host host : hosts) {
                if (host.number >= orderedUpTo) {
                    all[count++] = host;
                }
            }
            Arrays.sort(all, BY_ADDRESS); // little work where most of it is in order
            for (int i = 0; i < all.length; i++) {
                all[i].rank = i;
            }
            ordered = all;
            orderedUpTo = admitted;
            removed = false;
        }
        return ordered;
    }

    @Nullable Host find(IpAddress address) {
        return find(address.high(), address.low(), address.zone());
    }

    @Nullable Host find(long high, long low, int zone) {
        int hash = hash(high, low, zone);
        int mask = index.length - 1;
        int at = hash & mask;
        while (index[at] != 0) {
            if ((int) (index[at] >>> 32) == hash) {
                Host host = hosts.get((int) index[at] - 1);
                if (host.low == low && host.high == high && host.zone == zone) {
                    return host;
                }
            }
            at = at + 1 & mask;
        }
        return null;
    }

    private static int hash(long high, long low, int zone) {
        return FlowHash.ofPair(high, low ^ (long) zone << 32, 0, 0);
    }

    private static int hash(Host host) {
        return hash(host.high, host.low, host.zone);
    }

    /**
     * The host, added where it is not known.
     *
     * @param evidence what the observation is worth, on {@link Host#evidence}'s scale
     * @return null where the table is full of hosts worth more
     */
    @Nullable Host admit(long high, long low, int zone, int evidence) {
        Host host = find(high, low, zone);
        if (host != null) {
            note(host);
            return host;
        }
        if (hosts.size() >= capacity && !makeRoom(evidence)) {
            evicted++;
            return null;
        }
        host = new Host(new IpAddress(high, low, zone), admitted++);
        hosts.add(host);
        if (hosts.size() * 2 > index.length) {
            rebuild(index.length * 2);
        } else {
            place(host, hosts.size());
        }
        note(host);
        return host;
    }

    /** From now on what {@link #admit} hands out is taken for changed. */
    void noteChanges() {
        noting = true;
    }

    private void note(Host host) {
        host.version++;
        if (noting && !host.changed) {
            host.changed = true;
            changed.add(host);
        }
    }

    /** The hosts handed out since the last call. */
    List<Host> takeChanged() {
        if (changed.isEmpty()) {
            return List.of();
        }
        List<Host> taken = changed;
        changed = new ArrayList<>();
        taken.forEach(host -> host.changed = false);
        return taken;
    }

    private boolean makeRoom(int evidence) {
        int chosen = -1;
        int least = evidence;
        for (int i = 0; i < SAMPLE && least > 0; i++) {
            hand = hand + 1 >= hosts.size() ? 0 : hand + 1;
            int worth = hosts.get(hand).evidence();
            if (worth < least) {
                least = worth;
                chosen = hand;
            }
        }
        if (chosen < 0) {
            return false;
        }
        evicted++;
        remove(chosen);
        return true;
    }

    private void remove(int position) {
        unplace(hosts.get(position), position + 1);
        hosts.get(position).forgotten = true;
        removed = true;
        int last = hosts.size() - 1;
        Host moved = hosts.remove(last);
        if (last != position) {
            index[find(moved, last + 1)] = (long) hash(moved) << 32 | position + 1;
            hosts.set(position, moved);
        }
    }

    private int find(Host host, int reference) {
        int at = hash(host) & index.length - 1;
        while ((int) index[at] != reference) {
            at = at + 1 & index.length - 1;
        }
        return at;
    }

    private void place(Host host, int reference) {
        int hash = hash(host);
        int at = hash & index.length - 1;
        while (index[at] != 0) {
            at = at + 1 & index.length - 1;
        }
        index[at] = (long) hash << 32 | reference;
    }

    private void unplace(Host host, int reference) {
        int mask = index.length - 1;
        int gap = find(host, reference);
        int at = gap + 1 & mask;
        while (index[at] != 0) {
            int home = (int) (index[at] >>> 32) & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                index[gap] = index[at];
                gap = at;
            }
            at = at + 1 & mask;
        }
        index[gap] = 0;
    }

    private void rebuild(int length) {
        index = new long[length];
        for (int i = 0; i < hosts.size(); i++) {
            place(hosts.get(i), i + 1);
        }
    }
}
