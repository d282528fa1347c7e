package dev.tap445.inventory;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keys of the table {@code meta}: times of the feed as a whole, nanoseconds since the epoch. */
final class FeedTimes {
    /** The last packet. */
    static final String LATEST = "last_packet";
    /** The last loss in the sensor. */
    static final String LAST_DROP = "last_drop";
    /** The last answer of any server. */
    static final String LAST_RETURN = "last_answer_of_any";
    /** The last packet that did not open a connection. */
    static final String LAST_WAY_BACK = "last_way_back";
    /** The last connection of which one direction alone was seen. */
    static final String LAST_ONE_WAY = "last_one_way";
    /** The clock when the store was last written. */
    static final String WRITTEN = "written";
    /** The clock when the first sensor with this store started. */
    static final String FIRST_START = "first_start";

    /** What goes with an inventory that moves to another store. */
    static final List<String> OF_THE_FEED =
            List.of(LATEST, LAST_DROP, LAST_RETURN, LAST_WAY_BACK, LAST_ONE_WAY, WRITTEN);

    private FeedTimes() {}

    static Map<String, Long> of(Inventory inventory, long clock, long firstStart) {
        Map<String, Long> times = new TreeMap<>();
        times.put(LATEST, inventory.latest);
        if (inventory.lastDrop != Long.MIN_VALUE) {
            times.put(LAST_DROP, inventory.lastDrop);
        }
        times.put(LAST_RETURN, inventory.lastReturn);
        times.put(LAST_WAY_BACK, inventory.lastWayBack);
        times.put(LAST_ONE_WAY, inventory.lastOneWay);
        times.put(WRITTEN, clock);
        times.put(FIRST_START, firstStart);
        return times;
    }
}
