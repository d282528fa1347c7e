package dev.tap445.capture;

import dev.tap445.wire.FragmentKey;
import dev.tap445.wire.FragmentedPacket;
import dev.tap445.wire.FrameWalker;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Places for packets that are put together, in the order in which they were begun. Each is made when it is first needed
 * and used again; there are never more than {@link #PACKETS}.
 */
final class FragmentPlaces {
    static final int PACKETS = 256;

    enum State {
        OPEN,
        /** Went on. */
        WHOLE,
        SPOILT
    }

    static final class Place {
        final FragmentedPacket packet = new FragmentedPacket();

        private @Nullable MemorySegment segment;

        State state = State.OPEN;
        long deadline;
        int linkType;
        int source;
        private boolean begun;
        private long since;

        /** The memory of the packet. */
        MemorySegment segment() {
            return Objects.requireNonNull(segment);
        }

        /** Whether the first fragment has come: it is a tunnel's packet. */
        boolean isBegun() {
            return begun;
        }

        /** When it came. */
        long since() {
            return since;
        }
    }

    /** Those in use, the oldest first; behind them those that are free. */
    private final @Nullable Place[] places = new Place[PACKETS];

    private final int[] marks = new int[PACKETS];
    private int count;
    private int waiting;

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == PACKETS;
    }

    /** How many wait for their first fragment. */
    int waiting() {
        return waiting;
    }

    Place oldest() {
        return at(0);
    }

    /** The oldest that waits for its first fragment, or that does not; there must be one. */
    Place oldest(boolean begun) {
        int i = 0;
        while (at(i).begun != begun) {
            i++;
        }
        return at(i);
    }

    /** That of the packet of which the fragment is a part. */
    @Nullable Place find(FrameWalker fragment, int linkType) {
        int mark = FragmentKey.mark(fragment);
        for (int i = count - 1; i >= 0; i--) { // the latest first: that is the one, nearly always
            if (marks[i] == mark) {
                Place place = at(i);
                if (place.linkType == linkType && place.packet.is(fragment)) {
                    return place;
                }
            }
        }
        return null;
    }

    /** One for the packet of which the fragment is a part, without its payload; it must not be {@link #isFull}. */
    Place open(ByteBuf frame, FrameWalker fragment) {
        marks[count] = FragmentKey.mark(fragment);
        Place place = places[count];
        if (place == null) {
            place = new Place();
            places[count] = place;
        }
        count++;
        waiting++;
        place.packet.open(frame, fragment, 0, fragment.ipOffset());
        fragment.unbound(place.packet.memory(), place.packet.front());
        if (place.segment == null) {
            place.segment = MemorySegment.ofBuffer(place.packet.memory().nioBuffer(0, FragmentedPacket.BUFFER_LENGTH));
        }
        place.state = State.OPEN;
        place.begun = false;
        return place;
    }

    /** The first fragment of a packet that waited for it is here, and is a tunnel's. */
    void begin(Place place, long timeNanos) {
        place.begun = true;
        place.since = timeNanos;
        waiting--;
    }

    /** Frees the place; what is in it stays until another is opened. */
    void remove(Place place) {
        int i = 0;
        while (places[i] != place) {
            i++;
        }
        count--;
        System.arraycopy(places, i + 1, places, i, count - i);
        System.arraycopy(marks, i + 1, marks, i, count - i);
        places[count] = place;
        waiting -= place.begun ? 0 : 1;
    }

    /** Gives up all memory. */
    void close() {
        for (int i = 0; i < PACKETS; i++) {
            Place place = places[i];
            if (place != null) {
                place.packet.close();
                places[i] = null;
            }
        }
        count = 0;
        waiting = 0;
    }

    private Place at(int i) {
        return Objects.requireNonNull(places[i]);
    }
}
