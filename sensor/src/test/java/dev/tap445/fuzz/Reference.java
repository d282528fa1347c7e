package dev.tap445.fuzz;

import dev.tap445.support.RawFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one connection, seen whole, says: the slow way, with maps and strings, after the words of the specification. The
 * packets are Ethernet, IPv4 and TCP without options, or an ICMP error.
 */
final class Reference {
    private static final int TCP_AT = 34;
    private static final int PAYLOAD_AT = 54;
    private static final long TIMEOUT = 5_000_000_000L;
    private static final Map<Integer, String> REVISIONS =
            Map.of(0x0202, "2.0.2", 0x0210, "2.1", 0x0300, "3.0", 0x0302, "3.0.2", 0x0311, "3.1.1");

    /** One direction: bytes by their place in the stream. */
    private static final class Stream {
        final TreeMap<Integer, Byte> bytes = new TreeMap<>();
        int isn;
        int read;
    }

    private final int port;
    private final Stream client = new Stream();
    private final Stream server = new Stream();
    private final List<String> heard = new ArrayList<>();
    private final Map<String, Long> seen = new HashMap<>();
    private long firstSyn;
    private long lastSyn;
    private int syns;
    private @Nullable String outcome;
    private @Nullable Smb smb;
    private long last;

    private Reference(int port) {
        this.port = port;
    }

    /** Facts, sorted, in the form of {@link Heard}. */
    static List<String> facts(List<RawFrame> packets, int port) {
        Reference reference = new Reference(port);
        packets.forEach(reference::packet);
        return reference.finish();
    }

    private void packet(RawFrame p) {
        last = p.timeNanos();
        if (p.bytes()[23] == 1) {
            settle("UNREACHABLE");
            return;
        }
        // the same packet again within 50 ms is the mirror's
        String content = new String(p.bytes(), 14, p.bytes().length - 14, StandardCharsets.ISO_8859_1);
        Long before = seen.put(content, p.timeNanos());
        if (before != null && p.timeNanos() - before <= 50_000_000L) {
            seen.put(content, before);
            return;
        }
        ByteBuffer tcp =
                ByteBuffer.wrap(p.bytes(), TCP_AT, p.bytes().length - TCP_AT).slice();
        boolean fromServer = (tcp.getShort(0) & 0xffff) == port;
        int flags = tcp.get(13) & 0x3f;
        int sequence = tcp.getInt(4);
        int acknowledgement = tcp.getInt(8);
        if ((flags & 0x12) == 2) {
            client.isn = sequence;
            firstSyn = syns == 0 ? p.timeNanos() : firstSyn;
            lastSyn = p.timeNanos();
            syns++;
            return;
        }
        if ((flags & 0x12) == 0x12) {
            server.isn = sequence;
            settle(acknowledgement == client.isn + 1 ? "ANSWERED" : "WRONG");
            return;
        }
        if ((flags & 4) != 0) {
            if (outcome == null) {
                settle(fromServer ? "REFUSED" : "ABORTED");
            } else if (fromServer) {
                smb().ended("RESET");
            }
            return;
        }
        Stream stream = fromServer ? server : client;
        byte[] payload = java.util.Arrays.copyOfRange(p.bytes(), PAYLOAD_AT, p.bytes().length);
        for (int i = 0; i < payload.length; i++) {
            stream.bytes.putIfAbsent(sequence + i - stream.isn - 1, payload[i]);
        }
        records(stream, fromServer);
        if ((flags & 1) != 0) {
            if (fromServer) {
                smb().ended("CLOSED");
            } else if (p.timeNanos() - smb().offered >= TIMEOUT) {
                smb().ended("SILENCE");
            }
        }
    }

    private void settle(String how) {
        if (outcome == null) {
            outcome = how;
        }
    }

    private Smb smb() {
        Smb known = smb;
        if (known == null) {
            known = new Smb();
            smb = known;
        }
        return known;
    }

    private void records(Stream stream, boolean fromServer) {
        while (true) {
            byte[] header = take(stream, 4);
            if (header == null) {
                return;
            }
            int mask = port == 139 ? 0x1ffff : 0xffffff;
            byte[] whole = take(stream, 4 + (ByteBuffer.wrap(header).getInt() & mask));
            if (whole == null) {
                return;
            }
            stream.read += whole.length;
            if (whole[0] == 0 && whole.length >= 8) {
                byte[] message = java.util.Arrays.copyOfRange(whole, 4, whole.length);
                smb().message(fromServer, message);
            }
        }
    }

    private static byte @Nullable [] take(Stream stream, int length) {
        if (!stream.bytes.containsKey(stream.read + length - 1)) {
            return null; // asked for each segment: most of what is missing is missing at the end
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            Byte b = stream.bytes.get(stream.read + i);
            if (b == null) {
                return null;
            }
            bytes[i] = b;
        }
        return bytes;
    }

    private List<String> finish() {
        if (outcome == null) {
            boolean late = last - lastSyn >= TIMEOUT || syns > 1 && last - firstSyn >= TIMEOUT;
            outcome = late ? "UNANSWERED" : "PENDING";
        }
        if (syns > 0) {
            heard.add("handshake " + outcome + " syns " + syns);
        }
        if (smb != null && smb.messages > 0) {
            heard.add("smb1 messages " + smb.messages + " bytes " + smb.bytes);
        }
        heard.sort(null);
        return heard;
    }

    /** What the messages mean. */
    private final class Smb {
        private @Nullable String offer;
        private List<String> names = List.of();
        private boolean answered;
        private boolean wildcard;
        private boolean session;
        /** The offer before had no answer either: the next answer may be that one's. */
        private boolean doubt;

        private boolean smb1Header;
        private int silentSince;
        private long offered;
        private int messages;
        private long bytes;

        private void message(boolean fromServer, byte[] m) {
            boolean two = (m[0] & 0xff) == 0xfe;
            if (two) {
                if (fromServer) {
                    smb2Answer(m);
                } else {
                    smb2Offer(m);
                }
            } else if (m[4] != 0x72) {
                messages++;
                bytes += m.length;
                session();
            } else if (fromServer) {
                smb1Answer(m);
            } else {
                smb1Offer(m);
            }
        }

        private void smb1Offer(byte[] m) {
            names = new ArrayList<>();
            String list = new String(m, 35, m.length - 35, StandardCharsets.ISO_8859_1);
            for (String entry : list.split("\0")) {
                names.add(entry.substring(1)); // one without a name has none
            }
            boolean two = names.stream().anyMatch(n -> n.startsWith("SMB 2"));
            boolean one = names.stream().anyMatch(n -> !n.isEmpty() && !n.startsWith("SMB 2"));
            smb1Header = true;
            doubt = waits();
            offer = one ? two ? "SMB1_AND_SMB2" : "SMB1_ONLY" : two ? "SMB2_ONLY" : "INCOMPLETE";
            answered = false;
            wildcard = false;
            silentSince = server.bytes.size();
            offered = last;
            if (!offer.equals("INCOMPLETE")) {
                heard.add("offer " + offer + " " + names);
            }
        }

        private void smb2Offer(byte[] m) {
            List<String> listed = new ArrayList<>();
            ByteBuffer b = ByteBuffer.wrap(m).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < b.getShort(66); i++) {
                listed.add(REVISIONS.getOrDefault((int) b.getShort(100 + 2 * i), "?"));
            }
            // its answer may have been missed, but of a list without SMB2 there is no second half
            if (wildcard || smb1Header && !answered && !"SMB1_ONLY".equals(offer)) {
                wildcard = true;
                heard.add("follow-up " + listed);
                return;
            }
            smb1Header = false;
            doubt = waits();
            offer = "SMB2_ONLY";
            names = listed;
            answered = false;
            silentSince = server.bytes.size();
            offered = last;
            heard.add("offer " + offer + " " + listed);
        }

        private void smb1Answer(byte[] m) {
            if (answered) {
                return;
            }
            if (m[5] != 0 || m[6] != 0 || m[7] != 0 || m[8] != 0) {
                answer("refused ERROR_STATUS");
                return;
            }
            int index = m[33] & 0xff | (m[34] & 0xff) << 8;
            if (index == 0xffff) {
                answer("refused NO_DIALECT");
            } else if (doubt || "INCOMPLETE".equals(offer)) {
                answer(m[32] == 17 ? "NT LM 0.12" : "unknown");
                session();
            } else if (offer != null
                    && index < names.size()
                    && !names.get(index).startsWith("SMB 2")) {
                answer(names.get(index).isEmpty() ? "other" : names.get(index));
                session();
            }
        }

        private void smb2Answer(byte[] m) {
            if (answered) {
                return;
            }
            ByteBuffer b = ByteBuffer.wrap(m).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            if (b.getInt(8) != 0) {
                answer("refused ERROR_STATUS");
            } else if (b.getShort(68) == 0x02ff) {
                wildcard = true;
            } else {
                String to = "SMB1_ONLY".equals(offer) ? "UNSEEN" : offer; // not of such a list
                answer(REVISIONS.getOrDefault((int) b.getShort(68), "?"), to);
            }
        }

        private void answer(String what) {
            answer(what, offer);
        }

        private void answer(String what, @Nullable String to) {
            answered = true;
            heard.add("answer " + what + " to " + (doubt ? "UNSEEN" : to));
        }

        private void session() {
            if (!session) {
                session = true;
                boolean led = !doubt && "SMB1_ONLY".equals(offer) || !doubt && "SMB1_AND_SMB2".equals(offer);
                heard.add("session " + (led ? offer : "UNSEEN"));
            }
        }

        private boolean waits() {
            return offer != null && !answered && !wildcard && server.bytes.size() == silentSince;
        }

        private void ended(String how) {
            if (waits()) {
                answer("refused " + how);
            }
        }
    }
}
