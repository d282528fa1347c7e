package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
import dev.tap445.track.Outcome;
import dev.tap445.track.Refusal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts from evidence, in whatever order it comes. Client 198.18.0.1, server 198.18.0.2 unless it says otherwise. */
final class VerdictsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_772_438_400L * SECOND;
    private static final int[] NO_DIALECTS = {};

    private final Inventory inventory = new Inventory(InventoryOptions.file());

    private static Endpoints ends(int client, int server) {
        Endpoints ends = new Endpoints();
        ends.set(0, v4(client), 0, v4(server), 445);
        return ends;
    }

    private static long v4(int host) {
        return 0xffff_c612_0000L | host;
    }

    private static long at(double seconds) {
        return START + (long) (seconds * SECOND);
    }

    private void offer(Offer offer) {
        inventory.offer(ends(1, 2), offer, NO_DIALECTS, 0, false, START);
    }

    private void session(Offer offer) {
        inventory.smb1Session(ends(1, 2), offer, START);
    }

    private void answer(int dialect, Offer offer, Refusal refusal) {
        inventory.answer(ends(1, 2), dialect, offer, refusal, START);
    }

    private ClientView client() {
        return inventory.snapshot().clients().getFirst();
    }

    private ServerView server() {
        return inventory.snapshot().servers().getFirst();
    }

    @ParameterizedTest(name = "{0} and {1} sessions: {2}")
    @CsvSource({
        "SMB1_ONLY, 0, SMB1_ONLY",
        "SMB1_ONLY, 1, SMB1_ONLY",
        "SMB1_AND_SMB2, 0, SMB1_OFFERED",
        "SMB1_AND_SMB2, 1, SMB1_IN_USE",
        "SMB2_ONLY, 0, SMB2_ONLY",
        "SMB2_ONLY, 1, SMB1_IN_USE",
        "INCOMPLETE, 0, UNKNOWN",
        "INCOMPLETE, 1, SMB1_IN_USE",
        "SMB1_ONLY SMB2_ONLY, 0, MIXED",
        "SMB1_ONLY SMB1_AND_SMB2, 1, MIXED",
        "SMB2_ONLY SMB1_AND_SMB2, 0, SMB1_OFFERED",
        "INCOMPLETE SMB1_ONLY, 0, SMB1_ONLY",
        "INCOMPLETE SMB2_ONLY, 0, SMB2_ONLY",
    })
    void clients(String offers, int sessions, ClientVerdict expected) {
        for (String offer : offers.split(" ")) {
            offer(Offer.valueOf(offer));
        }
        for (int i = 0; i < sessions; i++) {
            session(Offer.UNSEEN);
        }
        assertThat(client().verdict()).isEqualTo(expected);
    }

    @Test
    void anSmb2AnswerProvesThatAnIncompleteOfferHadSmb2() {
        offer(Offer.SMB1_ONLY);
        offer(Offer.INCOMPLETE);
        answer(Dialects.SMB_3_1_1, Offer.INCOMPLETE, Refusal.NONE);
        assertThat(client().verdict()).isEqualTo(ClientVerdict.MIXED);
    }

    @Test
    void oneOddOfferDoesNotMakeASafeClientOfOneThatBreaks() {
        for (int i = 0; i < 1000; i++) {
            offer(Offer.SMB1_AND_SMB2);
        }
        offer(Offer.SMB1_ONLY);
        assertThat(client().verdict()).isEqualTo(ClientVerdict.MIXED);
        assertThat(client().reason()).contains("1 SMB1-only");
    }

    @ParameterizedTest(name = "{0} to {1}: {2}")
    @CsvSource({
        "NT_LM, SMB1_AND_SMB2, SMB1_ONLY",
        "NT_LM, SMB1_ONLY, SMB1_ENABLED",
        "NT_LM, UNSEEN, SMB1_ENABLED",
        "NT_LM, INCOMPLETE, SMB1_ENABLED",
        "REFUSED, SMB1_ONLY, SMB1_DISABLED",
        "REFUSED, SMB1_AND_SMB2, UNKNOWN",
        "REFUSED, SMB2_ONLY, UNKNOWN",
        "REFUSED, INCOMPLETE, UNKNOWN",
        "REFUSED, UNSEEN, UNKNOWN",
        "SMB3, SMB1_AND_SMB2, SMB2",
        "SMB3, SMB2_ONLY, SMB2",
        "SMB3, UNSEEN, SMB2",
    })
    void servers(String answer, Offer offer, ServerVerdict expected) {
        switch (answer) {
            case "NT_LM" -> answer(Dialects.NT_LM_0_12, offer, Refusal.NONE);
            case "SMB3" -> answer(Dialects.SMB_3_1_1, offer, Refusal.NONE);
            default -> answer(Dialects.REFUSED, offer, Refusal.NO_DIALECT);
        }
        assertThat(server().verdict()).isEqualTo(expected);
    }

    @Test
    void aServerThatEverAcceptedSmb1IsNotDisabled() {
        answer(Dialects.REFUSED, Offer.SMB1_ONLY, Refusal.NO_DIALECT);
        answer(Dialects.NT_LM_0_12, Offer.SMB1_ONLY, Refusal.NONE);
        assertThat(server().verdict()).isEqualTo(ServerVerdict.SMB1_ENABLED);
    }

    @Test
    void aSessionWithoutAnAnswerIsNeverSafe() {
        session(Offer.UNSEEN);
        assertThat(server().verdict()).isEqualTo(ServerVerdict.SMB1_ENABLED);
        assertThat(server().ready()).isFalse();
        assertThat(server().dependentClients()).hasSize(1);
    }

    @Test
    void whoOfferedSmb2DependsOnAServerThatHasSmb1Alone() {
        offer(Offer.SMB1_AND_SMB2);
        answer(Dialects.NT_LM_0_12, Offer.SMB1_AND_SMB2, Refusal.NONE);
        session(Offer.SMB1_AND_SMB2);
        assertThat(server().verdict()).isEqualTo(ServerVerdict.SMB1_ONLY);
        assertThat(server().dependentClients()).hasSize(1);
        assertThat(server().ready()).isFalse();
    }

    @Test
    void smb1InUseAfterAnOfferOfBothSaysThatTheServerChoseIt() {
        offer(Offer.SMB1_AND_SMB2);
        session(Offer.SMB1_AND_SMB2);
        assertThat(server().verdict()).as("its answer was not seen").isEqualTo(ServerVerdict.SMB1_ONLY);
        assertThat(server().dependentClients()).hasSize(1);
        assertThat(server().ready()).isFalse();
        assertThat(server().reason()).contains("SMB2 was offered too");
    }

    /** The third address makes it a router's: it leads to no device. */
    @Test
    void aMacThatStandsForManyAddressesIsNoDevicesAndSaysSo() {
        offer(Offer.SMB1_ONLY);
        long mac = 0x0200_0000_0001L;
        inventory.mac(0, v4(1), 0, mac, START);
        inventory.mac(0, v4(100), 0, mac, START);
        assertThat(client().identity().mac()).isEqualTo("02:00:00:00:00:01");
        inventory.mac(0, v4(101), 0, mac, START);
        assertThat(client().identity().mac()).isNull();
        assertThat(client().identity().macAddresses()).isEqualTo(3);
    }

    /** Loopback has zeros for one; nothing is sent from a group. */
    @ParameterizedTest
    @ValueSource(longs = {0, 0xffff_ffff_ffffL, 0x0100_5e00_0001L, 0x3333_0000_0001L})
    void aMacThatIsNoDevicesIsNotKept(long mac) {
        inventory.mac(0, v4(1), 0, mac, START);
        assertThat(inventory.snapshot().clients()).isEmpty();
        offer(Offer.SMB1_ONLY);
        inventory.mac(0, v4(1), 0, mac, START);
        assertThat(client().identity().mac()).isNull();
        assertThat(client().identity().macAddresses()).isZero();
        inventory.mac(0, v4(1), 0, 0x0200_0000_0001L, START + 1);
        inventory.mac(0, v4(1), 0, mac, START);
        assertThat(client().identity().mac()).isEqualTo("02:00:00:00:00:01");
        assertThat(MacTable.parse(MacTable.text(mac))).as("of a store").isNegative();
    }

    @Test
    void reasonsAreToldInTheSingularAndThePlural() {
        offer(Offer.SMB1_ONLY);
        answer(Dialects.NT_LM_0_12, Offer.SMB1_AND_SMB2, Refusal.NONE);
        answer(Dialects.NT_LM_0_12, Offer.SMB1_ONLY, Refusal.NONE);
        answer(Dialects.REFUSED, Offer.SMB1_ONLY, Refusal.NO_DIALECT);
        answer(Dialects.SMB_3_1_1, Offer.SMB2_ONLY, Refusal.NONE);
        session(Offer.SMB1_ONLY);
        assertThat(server().reason())
                .startsWith("once chose SMB1 though SMB2 was offered; 1 SMB1-only offer accepted; "
                        + "1 SMB1-only offer refused; 1 SMB2 or SMB3 answer; SMB1 last used ")
                .endsWith("; 1 dependent client: 198.18.0.1");
        assertThat(client().reason())
                .startsWith("1 offer since ")
                .contains(", all SMB1-only; 1 SMB1 session, last use ");

        answer(Dialects.NT_LM_0_12, Offer.SMB1_AND_SMB2, Refusal.NONE);
        answer(Dialects.NT_LM_0_12, Offer.SMB1_ONLY, Refusal.NONE);
        answer(Dialects.REFUSED, Offer.SMB1_ONLY, Refusal.NO_DIALECT);
        answer(Dialects.SMB_3_1_1, Offer.SMB2_ONLY, Refusal.NONE);
        assertThat(server().reason())
                .startsWith("2 times chose SMB1 though SMB2 was offered; 2 SMB1-only offers accepted; "
                        + "2 SMB1-only offers refused; 2 SMB2 or SMB3 answers; SMB1 last used ");
    }

    private void attempt(int client, Outcome outcome, double first, double last, int syns) {
        inventory.handshake(ends(client, 2), outcome, at(first), at(last), syns, 0);
    }

    private void answered(int client, double time) {
        inventory.handshake(ends(client, 2), Outcome.ANSWERED, at(time), at(time), 1, at(time) + 1000);
    }

    private PortView port() {
        inventory.wayBack(at(0)); // of any host: the feed has more than SYNs
        inventory.advance(at(1000));
        return server().ports().getFirst();
    }

    @Test
    void silentNeedsThreeSynsARetransmissionAndLifeSince() {
        attempt(1, Outcome.UNANSWERED, 1, 2, 2);
        inventory.life(0, v4(2), 0, at(10));
        assertThat(port().state()).isEqualTo(PortState.UNKNOWN);
        attempt(3, Outcome.UNANSWERED, 3, 3, 1);
        assertThat(port().state()).isEqualTo(PortState.SILENT);
        assertThat(port().silentSince()).isEqualTo(at(1));
    }

    @Test
    void singleSynsOfManyClientsAreNotSilence() {
        for (int client = 3; client < 20; client++) {
            attempt(client, Outcome.UNANSWERED, client, client, 1);
        }
        inventory.life(0, v4(2), 0, at(30));
        assertThat(port().state()).isEqualTo(PortState.UNKNOWN);
    }

    @Test
    void withoutLifeSinceItIsDark() {
        inventory.life(0, v4(2), 0, at(0.5));
        attempt(1, Outcome.UNANSWERED, 1, 4, 3);
        assertThat(port().state()).isEqualTo(PortState.DARK);
    }

    /** Whatever the port said: it is not blocked in silence. What came before it counts for nothing, what follows does. */
    @Test
    void aPortThatSpeaksWithoutAnsweringIsNotSilent() {
        attempt(1, Outcome.UNANSWERED, 1, 8, 4);
        inventory.life(0, v4(2), 0, at(30));
        inventory.wrongAcknowledgement(ends(1, 2), at(1.5));
        assertThat(port().state()).isEqualTo(PortState.UNKNOWN);
        attempt(1, Outcome.UNANSWERED, 11, 18, 4);
        assertThat(port().state()).isEqualTo(PortState.SILENT);
        assertThat(port().silentSince()).isEqualTo(at(11));
    }

    @Test
    void anAnswerSinceEndsTheSilence() {
        attempt(1, Outcome.UNANSWERED, 1, 8, 4);
        inventory.life(0, v4(2), 0, at(9));
        answered(3, 10);
        assertThat(port().state()).isEqualTo(PortState.ANSWERING);
    }

    @Test
    void silenceAfterAnAnswerWentDark() {
        answered(3, 0.5);
        attempt(1, Outcome.UNANSWERED, 1, 8, 4);
        inventory.life(0, v4(2), 0, at(9));
        assertThat(port().state()).isEqualTo(PortState.SILENT);
        assertThat(port().lastAnswer()).isEqualTo(at(0.5) + 1000);
    }

    @Test
    void refusingAndUnreachable() {
        attempt(1, Outcome.REFUSED, 1, 1, 1);
        assertThat(port().state()).isEqualTo(PortState.REFUSING);
        attempt(1, Outcome.UNREACHABLE, 2, 2, 1);
        assertThat(port().state()).isEqualTo(PortState.UNREACHABLE);
    }

    @Test
    void aScannerIsNoEvidence() {
        for (int server = 10; server < 60; server++) {
            inventory.handshake(ends(66, server), Outcome.UNANSWERED, at(1), at(4), 3, 0);
        }
        inventory.handshake(ends(66, 2), Outcome.UNANSWERED, at(1), at(4), 3, 0);
        inventory.life(0, v4(2), 0, at(9));
        inventory.wayBack(at(0));
        inventory.advance(at(1000));
        InventorySnapshot seen = inventory.snapshot();
        assertThat(seen.clients()).filteredOn(ClientView::scanner).hasSize(1);
        assertThat(seen.servers())
                .filteredOn(s -> s.address().toString().equals("198.18.0.2"))
                .singleElement()
                .satisfies(s -> assertThat(s.ports().getFirst().state()).isEqualTo(PortState.UNKNOWN));
        attempt(1, Outcome.UNANSWERED, 5, 8, 3);
        inventory.life(0, v4(2), 0, at(10));
        assertThat(inventory.snapshot().servers())
                .filteredOn(s -> s.address().toString().equals("198.18.0.2"))
                .singleElement()
                .satisfies(s -> assertThat(s.ports().getFirst().state()).isEqualTo(PortState.SILENT));
    }

    @Test
    void noVerdictFromAOneWayView() {
        attempt(1, Outcome.UNANSWERED, 1, 8, 4);
        inventory.life(0, v4(2), 0, at(9));
        attempt(3, Outcome.ONE_WAY, 9, 9, 1);
        assertThat(port().state()).isEqualTo(PortState.ONE_WAY);
        assertThat(port().suppressed()).isEqualTo("one_way_server");
    }

    @Test
    void noVerdictWhileTheSensorLostPackets() {
        attempt(1, Outcome.UNANSWERED, 1, 8, 4);
        inventory.life(0, v4(2), 0, at(9));
        inventory.dropped(at(5));
        assertThat(port().state()).isEqualTo(PortState.UNKNOWN);
        assertThat(port().suppressed()).isEqualTo("sensor_drops");
    }

    /** Sums, minima, maxima and unions: evidence shuffled gives the same snapshot. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void orderOfEvidenceChangesNothing(long seed) {
        Random random = new Random(seed);
        List<Consumer<Inventory>> evidence = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            evidence.add(random(random));
        }
        InventorySnapshot expected = taken(evidence);
        for (int i = 0; i < 10; i++) {
            Collections.shuffle(evidence, random);
            assertThat(taken(evidence)).isEqualTo(expected);
        }
        long attempts = expected.servers().stream()
                .flatMap(s -> s.ports().stream())
                .mapToLong(p -> p.handshakes().total())
                .sum();
        assertThat(attempts).isGreaterThan(50);
    }

    private static InventorySnapshot taken(List<Consumer<Inventory>> evidence) {
        Inventory inventory = new Inventory(InventoryOptions.file());
        evidence.forEach(e -> e.accept(inventory));
        return inventory.snapshot();
    }

    private static Consumer<Inventory> random(Random random) {
        Endpoints ends = ends(1 + random.nextInt(4), 20 + random.nextInt(3));
        long time = at(random.nextInt(1000));
        Offer offer = Offer.of(random.nextInt(4));
        Outcome outcome = Outcome.of(random.nextInt(7));
        int syns = 1 + random.nextInt(4);
        long mac = 0x0200_0000_0000L + random.nextInt(3);
        int[] dialects = {Dialects.NT_LM_0_12, Dialects.SMB_2_1 + random.nextInt(3)};
        int dialect = random.nextBoolean() ? Dialects.SMB_3_0 : Dialects.NT_LM_0_12;
        return switch (random.nextInt(10)) {
            case 0 -> i -> i.offer(ends, offer, dialects, 2, false, time);
            case 1 -> i -> i.answer(ends, dialect, offer, Refusal.NONE, time);
            case 2 -> i -> i.answer(ends, Dialects.REFUSED, offer, Refusal.CLOSED, time);
            case 3 -> i -> i.smb1Session(ends, offer, time);
            case 4 -> i -> i.smb1Traffic(ends, syns, 100L * syns, time);
            case 5 -> i -> i.life(ends.serverHigh(), ends.serverLow(), 0, time);
            case 6 -> i -> i.mac(ends.clientHigh(), ends.clientLow(), 0, mac, time);
            case 7 -> i -> i.contact(ends, time, time + 5, time + 7);
            default ->
                i -> i.handshake(
                        ends, outcome, time, time + syns * SECOND, syns, outcome == Outcome.ANSWERED ? time + 5 : 0);
        };
    }
}
