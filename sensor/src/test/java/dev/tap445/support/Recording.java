package dev.tap445.support;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
import dev.tap445.track.Observer;
import dev.tap445.track.Outcome;
import dev.tap445.track.Refusal;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a tracker observes, in the order in which it came. */
public final class Recording implements Observer {
    /** A settled attempt. */
    public record Attempt(
            String client, String server, int port, Outcome outcome, long firstSyn, long lastSyn, int syns) {}

    /** {@code dialects}: names. */
    public record Offered(
            String client, String server, int port, Offer offer, List<String> dialects, boolean followUp, long time) {
        /** Whether the request had an SMB2 header: those list revisions, an SMB1 header lists strings. */
        public boolean isSmb2Header() {
            return dialects.isEmpty()
                    ? offer == Offer.SMB2_ONLY || followUp
                    : dialects.getFirst().matches("[23]\\.[0-9.]+");
        }
    }

    public record Answered(
            String client, String server, int port, String dialect, String family, Offer offer, Refusal refusal) {}

    public record Session(String client, String server, int port, Offer offer) {}

    public record Traffic(String client, String server, int messages, long bytes) {}

    public record Late(String client, String server, Outcome outcome, long time) {}

    public final List<Attempt> attempts = new ArrayList<>();
    public final List<Late> lateSyns = new ArrayList<>();
    public final List<Offered> offers = new ArrayList<>();
    public final List<Answered> answers = new ArrayList<>();
    public final List<Session> sessions = new ArrayList<>();
    public final List<Traffic> traffic = new ArrayList<>();
    public final List<String> identities = new ArrayList<>();
    public int answersAlone;
    public int wrongAcknowledgements;
    public int heard;
    public int contacts;
    public int oneWayFlows;
    public int guests;
    public long duplicates;
    public long wayBack;

    @Override
    public void handshake(Endpoints ends, Outcome outcome, long firstSyn, long lastSyn, int syns, long answer) {
        attempts.add(new Attempt(client(ends), server(ends), ends.port(), outcome, firstSyn, lastSyn, syns));
    }

    @Override
    public void lateSyn(Endpoints ends, Outcome outcome, long time) {
        lateSyns.add(new Late(client(ends), server(ends), outcome, time));
    }

    @Override
    public void answerAlone(Endpoints ends, long time) {
        answersAlone++;
    }

    @Override
    public void wrongAcknowledgement(Endpoints ends, long time) {
        wrongAcknowledgements++;
    }

    @Override
    public void heard(Endpoints ends, long time) {
        heard++;
    }

    @Override
    public void offer(Endpoints ends, Offer offer, int[] dialects, int count, boolean followUp, long time) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(Dialects.name(dialects[i]));
        }
        offers.add(new Offered(client(ends), server(ends), ends.port(), offer, names, followUp, time));
    }

    @Override
    public void answer(Endpoints ends, int dialect, Offer offer, Refusal refusal, long time) {
        answers.add(new Answered(
                client(ends),
                server(ends),
                ends.port(),
                Dialects.name(dialect),
                Dialects.family(dialect),
                offer,
                refusal));
    }

    @Override
    public void smb1Session(Endpoints ends, Offer offer, long time) {
        sessions.add(new Session(client(ends), server(ends), ends.port(), offer));
    }

    @Override
    public void smb1Traffic(Endpoints ends, int messages, long bytes, long last) {
        traffic.add(new Traffic(client(ends), server(ends), messages, bytes));
    }

    @Override
    public void contact(Endpoints ends, long first, long lastClient, long lastServer) {
        contacts++;
    }

    @Override
    public void oneWay(Endpoints ends, boolean clientSeen, long time) {
        oneWayFlows++;
    }

    @Override
    public void trying(Endpoints ends, long time) {}

    @Override
    public void life(long high, long low, int zone, long time) {}

    @Override
    public void wayBack(long time) {
        wayBack = Math.max(wayBack, time);
    }

    @Override
    public void mac(long high, long low, int zone, long mac, long time) {}

    @Override
    public void seenIn(long high, long low, int zone, int vantage, long time) {}

    @Override
    public void identity(long high, long low, int zone, IdentityField field, String text, long time) {
        identities.add(field + "=" + text);
    }

    @Override
    public void signing(long high, long low, int zone, int mode, long time) {}

    @Override
    public void guestSession(Endpoints ends, long time) {
        guests++;
    }

    @Override
    public void duplicates(long count) {
        duplicates += count;
    }

    public long attempts(Outcome outcome) {
        return attempts.stream().filter(a -> a.outcome() == outcome).count();
    }

    /** Outcomes in the order in which attempts were settled. */
    public List<Outcome> outcomes() {
        return attempts.stream().map(Attempt::outcome).toList();
    }

    public int smb1Messages() {
        return traffic.stream().mapToInt(Traffic::messages).sum();
    }

    private static String client(Endpoints ends) {
        return ends.client().toString();
    }

    private static String server(Endpoints ends) {
        return ends.server().toString();
    }
}
