package dev.tap445.fuzz;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
import dev.tap445.track.Observer;
import dev.tap445.track.Outcome;
import dev.tap445.track.Refusal;
import java.util.ArrayList;
import java.util.List;

/** What a tracker says of connections, as lines. */
final class Heard implements Observer {
    private final List<String> lines = new ArrayList<>();
    private int messages;
    private long bytes;

    /** Everything since the last call, sorted. */
    List<String> take() {
        if (messages > 0) {
            lines.add("smb1 messages " + messages + " bytes " + bytes);
        }
        List<String> taken = new ArrayList<>(lines);
        taken.sort(null);
        lines.clear();
        messages = 0;
        bytes = 0;
        return taken;
    }

    @Override
    public void handshake(Endpoints ends, Outcome outcome, long firstSyn, long lastSyn, int syns, long answer) {
        lines.add("handshake " + outcome + " syns " + syns);
    }

    @Override
    public void trying(Endpoints ends, long firstSyn) {}

    @Override
    public void lateSyn(Endpoints ends, Outcome outcome, long time) {
        lines.add("late SYN " + outcome);
    }

    @Override
    public void answerAlone(Endpoints ends, long time) {
        lines.add("answer alone");
    }

    @Override
    public void wrongAcknowledgement(Endpoints ends, long time) {
        lines.add("wrong acknowledgement");
    }

    @Override
    public void heard(Endpoints ends, long time) {
        lines.add("heard");
    }

    @Override
    public void offer(Endpoints ends, Offer offer, int[] dialects, int count, boolean followUp, long time) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(Dialects.name(dialects[i]));
        }
        lines.add(followUp ? "follow-up " + names : "offer " + offer + " " + names);
    }

    @Override
    public void answer(Endpoints ends, int dialect, Offer offer, Refusal refusal, long time) {
        String what = refusal == Refusal.NONE ? Dialects.name(dialect) : "refused " + refusal;
        lines.add("answer " + what + " to " + offer);
    }

    @Override
    public void smb1Session(Endpoints ends, Offer offer, long time) {
        lines.add("session " + offer);
    }

    @Override
    public void smb1Traffic(Endpoints ends, int count, long length, long last) {
        messages += count;
        bytes += length;
    }

    @Override
    public void contact(Endpoints ends, long first, long lastClient, long lastServer) {}

    @Override
    public void oneWay(Endpoints ends, boolean clientSeen, long time) {}

    @Override
    public void life(long high, long low, int zone, long time) {}

    @Override
    public void wayBack(long time) {}

    @Override
    public void mac(long high, long low, int zone, long mac, long time) {}

    @Override
    public void seenIn(long high, long low, int zone, int vantage, long time) {}

    @Override
    public void identity(long high, long low, int zone, IdentityField field, String text, long time) {}

    @Override
    public void signing(long high, long low, int zone, int mode, long time) {}

    @Override
    public void guestSession(Endpoints ends, long time) {}

    @Override
    public void duplicates(long count) {}
}
