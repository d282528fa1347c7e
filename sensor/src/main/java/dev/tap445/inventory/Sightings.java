package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the packets of a device were mirrored: VLANs, overlay networks, ERSPAN sessions, each with the time it was first
 * seen there. The {@value #MAX} earliest are kept, so that the order in which they are told changes nothing. Inventory
 * thread only.
 */
final class Sightings {
    static final int MAX = 8;

    private static final int[] NOWHERE = {};
    private static final long[] NEVER = {};

    private int[] vantages = NOWHERE; // ordered by time, then by number; most hosts have none
    private long[] times = NEVER;

    void add(int vantage, long time) {
        int known = 0;
        while (known < vantages.length && vantages[known] != vantage) {
            known++;
        }
        if (known < vantages.length) {
            if (time >= times[known]) {
                return;
            }
        } else if (known < MAX) {
            vantages = Arrays.copyOf(vantages, known + 1);
            times = Arrays.copyOf(times, known + 1);
        } else {
            known--;
            if (time > times[known] || time == times[known] && vantage > vantages[known]) {
                return;
            }
        }
        place(known, vantage, time);
    }

    private void place(int from, int vantage, long time) {
        int at = from;
        while (at > 0 && (times[at - 1] > time || times[at - 1] == time && vantages[at - 1] > vantage)) {
            times[at] = times[at - 1];
            vantages[at] = vantages[at - 1];
            at--;
        }
        times[at] = time;
        vantages[at] = vantage;
    }

    /** The latest first. */
    List<Integer> latestFirst() {
        List<Integer> all = new ArrayList<>(vantages.length);
        for (int i = vantages.length - 1; i >= 0; i--) {
            all.add(vantages[i]);
        }
        return List.copyOf(all);
    }

    /** As the store keeps them. */
    List<HostRecord.Sighting> records() {
        List<HostRecord.Sighting> records = new ArrayList<>(vantages.length);
        for (int i = 0; i < vantages.length; i++) {
            records.add(new HostRecord.Sighting(vantages[i], times[i]));
        }
        return records;
    }
}
