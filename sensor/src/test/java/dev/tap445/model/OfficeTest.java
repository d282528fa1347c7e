package dev.tap445.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.model.Sent.Mark;
import dev.tap445.model.Truth.Kind;
import dev.tap445.support.RawFrame;
import dev.tap445.support.Replay;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.LinkType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a mirror hides, nothing is said that is not so; and all that is so where it hides nothing. {@code
 * -Dtap445.offices=N} plays more offices than by default, {@code -Dtap445.office=SEED} a single one.
 */
final class OfficeTest {
    private static final int OFFICES = 150;

    @ParameterizedTest
    @EnumSource(Mirror.class)
    void saysNothingThatIsNotSo(Mirror mirror) {
        long only = Long.getLong("tap445.office", -1);
        long first = only >= 0 ? only : 1;
        long last = only >= 0 ? only : Long.getLong("tap445.offices", OFFICES);
        List<String> wrong = new ArrayList<>();
        for (long seed = first; seed <= last; seed++) {
            Office office = new Office(seed);
            check(office, mirror, seed, wrong);
        }
        if (!wrong.isEmpty()) {
            fail(wrong.size() + " wrong:\n" + String.join("\n", wrong.subList(0, Math.min(20, wrong.size()))));
        }
    }

    private static void check(Office office, Mirror mirror, long seed, List<String> wrong) {
        List<Sent> seen = mirror.shows(office.packets, seed);
        List<RawFrame> frames = seen.stream()
                .map(s -> new RawFrame(s.packet().frame(), LinkType.ETHERNET, s.time()))
                .toList();
        Replay.Result result = Replay.run(frames, 1);
        InventorySnapshot said = result.snapshot();
        Claims claims = new Claims(office.truth, seen, mirror.showsAll());
        said.clients().forEach(claims::client);
        said.servers().forEach(claims::server);
        claims.wrong.forEach(line -> wrong.add("office " + seed + ": " + line));
        if (!Replay.run(frames, 3).hosts().equals(result.hosts())) {
            wrong.add("office " + seed + ": three workers say something else than one");
        }
        if (mirror == Mirror.PERFECT) {
            assertThat(said.duplicates()).isZero();
        }
    }

    /** Compares what is said with what is so. */
    private static final class Claims {
        private final Truth truth;
        private final List<Sent> seen;
        private final boolean all;
        private final List<String> wrong = new ArrayList<>();

        Claims(Truth truth, List<Sent> seen, boolean all) {
            this.truth = truth;
            this.seen = seen;
            this.all = all;
        }

        private void mustBe(boolean so, Object who, String what) {
            if (!so) {
                wrong.add(who + " " + what);
            }
        }

        private static int host(IpAddress address) {
            String text = address.toString();
            return Integer.parseInt(text.substring(text.lastIndexOf('.') + 1));
        }

        void client(ClientView c) {
            int client = host(c.address());
            mustBe(c.offers().smb1Only() == 0 || truth.hasOffered(client, Kind.SMB1), client, "offers SMB1 alone");
            mustBe(c.offers().smb1AndSmb2() == 0 || truth.hasOffered(client, Kind.BOTH), client, "offers both");
            mustBe(c.offers().smb2Only() == 0 || truth.hasOffered(client, Kind.SMB2), client, "offers SMB2 alone");
            mustBe(c.smb1Sessions() == 0 || truth.hasSessions(client), client, "has SMB1 sessions");
            if (all && client < 100) {
                mustBe(c.verdict() == truth.client(client), client, c.verdict() + " is " + truth.client(client));
            }
        }

        void server(ServerView s) {
            int server = host(s.address());
            Set<Integer> dependents = new TreeSet<>();
            s.dependentClients().forEach(address -> dependents.add(host(address)));
            for (int client : dependents) {
                mustBe(truth.hasSession(client, server), server, "depended on by " + client);
            }
            boolean smb1 = seen.stream().anyMatch(p -> p.server() == server && p.proves(Mark.SMB1));
            mustBe(!smb1 || !s.ready(), server, "ready though SMB1 was seen: " + s.verdict() + " " + s.reason());
            boolean served = s.verdict() == ServerVerdict.SMB1_ENABLED || s.verdict() == ServerVerdict.SMB1_ONLY;
            mustBe(!served || truth.isServedSmb1(server), server, s.verdict() + " " + s.reason());
            boolean refused = s.verdict() == ServerVerdict.SMB1_DISABLED;
            mustBe(!refused || truth.hasRefusedSmb1(server), server, s.verdict() + " " + s.reason());
            if (all) {
                mustBe(s.verdict() == truth.server(server), server, s.verdict() + " is " + truth.server(server));
                mustBe(dependents.equals(truth.dependents(server)), server, "dependents " + dependents);
            }
            s.ports().forEach(port -> port(server, port));
        }

        private void port(int server, PortView port) {
            PortState is = truth.port(server, port.port());
            if (all) {
                mustBe(port.state() == is, server + ":" + port.port(), port.state() + " is " + is);
            }
            if (port.state() == PortState.SILENT) {
                boolean heard = seen.stream()
                        .anyMatch(p -> p.server() == server
                                && p.port() == port.port()
                                && p.proves(Mark.ANSWER)
                                && p.time() >= port.silentSince());
                boolean wayBack = seen.stream().anyMatch(Sent::fromServer);
                mustBe(!heard, server + ":" + port.port(), "silent though it answered");
                mustBe(wayBack, server + ":" + port.port(), "silent though no way back is seen");
            }
        }
    }
}
