package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.inventory.PortState;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerView;
import dev.tap445.support.Conversation;
import dev.tap445.support.Frames;
import dev.tap445.support.RawFrame;
import dev.tap445.support.Replay;
import dev.tap445.wire.LinkType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A filter such as {@code tcp[13]==2} shows that hosts live, by the connections they open, and nothing of what they
 * answer. Host 2 is asked in vain there and opens connections of its own.
 */
final class SynsAloneTest {
    private static final int ARP = 0x0806;
    private final List<RawFrame> wire = new ArrayList<>();

    private void add(byte[] frame, long time) {
        wire.add(new RawFrame(frame, LinkType.ETHERNET, time));
    }

    private void add(Conversation talk) {
        talk.packets().forEach(p -> add(p.frame(), p.timeNanos()));
    }

    private static Conversation retransmitted(Conversation talk) {
        return talk.syn()
                .pauseSeconds(1)
                .syn()
                .pauseSeconds(2)
                .syn()
                .pauseSeconds(4)
                .syn();
    }

    /** What is said of host 2 after a client asked it four times and host 2 opened a connection to {@code port}. */
    private PortView afterSyns(int port) {
        add(retransmitted(new Conversation(false, 1, 50_000, 2, 445)));
        add(new Conversation(false, 2, 50_001, 3, port).pauseSeconds(3).syn());
        add(new Conversation(false, 1, 50_002, 3, port).pauseSeconds(30).syn());
        wire.sort(Comparator.comparingLong(RawFrame::timeNanos));
        return Replay.run(wire, 1).snapshot().servers().stream()
                .filter(server -> server.address().toString().equals("198.18.0.2"))
                .map(ServerView::ports)
                .toList()
                .getFirst()
                .getFirst();
    }

    @ParameterizedTest
    @ValueSource(ints = {445, 80})
    void noHostIsSilentWhereNothingComesBackFromAny(int port) {
        PortView view = afterSyns(port);
        assertThat(view.state()).isEqualTo(PortState.ONE_WAY);
        assertThat(view.suppressed()).isEqualTo("one_way_feed");
        assertThat(view.silentSince()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {445, 80})
    void oneAnswerOfAnyServerShowsThatAnswersAreVisible(int port) {
        add(new Conversation(false, 4, 50_003, 5, port).syn().synAck());
        assertThat(afterSyns(port).state()).isEqualTo(PortState.SILENT);
    }

    @Test
    void soDoesWhatTheHostItselfSendsBesides() {
        byte[] request = new byte[46];
        System.arraycopy(
                new byte[] {0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 2, (byte) 198, 18, 0, 2}, 0, request, 0, 18);
        add(Frames.ethernet(ARP, request), Conversation.START + 3_000_000_000L);
        assertThat(afterSyns(445).state()).isEqualTo(PortState.SILENT);
    }

    @Test
    void aHostWithoutLifeIsDarkInAnyFeed() {
        add(retransmitted(new Conversation(false, 1, 50_000, 2, 445)));
        add(new Conversation(false, 1, 50_002, 3, 445).pauseSeconds(30).syn());
        assertThat(Replay.run(wire, 1).snapshot().servers())
                .anySatisfy(
                        server -> assertThat(server.ports().getFirst().state()).isEqualTo(PortState.DARK));
    }
}
