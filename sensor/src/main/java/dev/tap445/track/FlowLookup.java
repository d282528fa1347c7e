package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.SERVER;

import dev.tap445.decode.Segment;
import dev.tap445.decode.WatchedPorts;

/** Which flow of the table a segment belongs to, and which of its two ends has sent it. */
final class FlowLookup {
    private final FlowTable table;

    FlowLookup(FlowTable table) {
        this.table = table;
    }

    /** Who is the client: the side that is not on a watched port; with both on one, the SYN or a known flow decides. */
    int direction(Segment s) {
        boolean toWatched = WatchedPorts.contains(s.destinationPort());
        boolean fromWatched = WatchedPorts.contains(s.sourcePort());
        if (toWatched != fromWatched) {
            return toWatched ? CLIENT : SERVER;
        }
        if (s.isSyn() || s.isSynAck()) {
            return s.isSyn() ? CLIENT : SERVER;
        }
        if (find(s, CLIENT) != FlowTable.NONE) {
            return CLIENT;
        }
        return find(s, SERVER) != FlowTable.NONE || s.sourcePort() < s.destinationPort() ? SERVER : CLIENT;
    }

    /** The entry of the flow, or {@link FlowTable#NONE}. */
    int find(Segment s, int direction) {
        return direction == CLIENT
                ? table.find(
                        s.sourceHigh(),
                        s.sourceLow(),
                        s.destinationHigh(),
                        s.destinationLow(),
                        FlowTable.ports(s.sourcePort(), s.destinationPort(), 0),
                        s.zone())
                : table.find(
                        s.destinationHigh(),
                        s.destinationLow(),
                        s.sourceHigh(),
                        s.sourceLow(),
                        FlowTable.ports(s.destinationPort(), s.sourcePort(), 0),
                        s.zone());
    }

    /** Makes the entry, which must not be there yet, in a table that has room. */
    int insert(Segment s, int direction) {
        return direction == CLIENT
                ? table.insert(
                        s.sourceHigh(),
                        s.sourceLow(),
                        s.destinationHigh(),
                        s.destinationLow(),
                        FlowTable.ports(s.sourcePort(), s.destinationPort(), 0),
                        s.zone())
                : table.insert(
                        s.destinationHigh(),
                        s.destinationLow(),
                        s.sourceHigh(),
                        s.sourceLow(),
                        FlowTable.ports(s.destinationPort(), s.sourcePort(), 0),
                        s.zone());
    }
}
