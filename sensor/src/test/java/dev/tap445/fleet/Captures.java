package dev.tap445.fleet;

import dev.tap445.support.CaptureFile;
import dev.tap445.support.CaptureFile.Frame;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** Merges Ethernet captures, and splits them the way a packet broker does: by connection. */
final class Captures {
    private static final int PCAP_NANOS = 0xa1b2_3c4d;
    private static final int SNAPLEN = 262_144;
    private static final int ETHERNET = 1;
    private static final int ETHERTYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int TCP = 6;
    private static final int ICMP = 1;
    private static final int UNREACHABLE = 3;
    /** EtherType 0x88b5, which IEEE 802 leaves to local experiments. */
    private static final byte[] NOTHING = HexFormat.of().parseHex("ffffffffffff02000000000188b5" + "00".repeat(46));

    private Captures() {}

    static Path sample(String name) {
        return name.equals("demo")
                ? Tools.root().resolve("sensor/src/main/resources/dev/tap445/app/demo.pcap")
                : Tools.root().resolve("sensor/samples/" + name + ".pcap");
    }

    /** All frames, ordered by time. */
    static List<Frame> merge(String... names) {
        List<Frame> frames = new ArrayList<>();
        for (String name : names) {
            frames.addAll(CaptureFile.read(sample(name)));
        }
        frames.sort(Comparator.comparingLong(Frame::timeNanos));
        return frames;
    }

    /**
     * Every TCP connection in one part, whole, with the ICMP errors about it; what is not TCP is in the first.
     */
    static List<List<Frame>> split(List<Frame> frames, int parts) {
        List<List<Frame>> result = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            result.add(new ArrayList<>());
        }
        for (Frame frame : frames) {
            result.get(part(frame, parts)).add(frame);
        }
        return result;
    }

    private static int part(Frame frame, int parts) {
        ByteBuf memory = frame.memory();
        return part(memory, unsigned16(memory, frame.offset() + ETHERTYPE), frame.offset() + ETHERTYPE + 2, parts);
    }

    private static int part(ByteBuf memory, int type, int ip, int parts) {
        if (type == IPV4 && unsigned8(memory, ip + 9) == ICMP && unsigned8(memory, ip + 20) == UNREACHABLE) {
            return part(memory, IPV4, ip + 28, parts);
        }
        if (type == IPV4 && unsigned8(memory, ip + 9) == TCP) {
            int tcp = ip + 4 * (unsigned8(memory, ip) & 15);
            return Math.floorMod(ends(memory, ip + 12, ip + 16, 4, tcp), parts);
        }
        if (type == IPV6 && unsigned8(memory, ip + 6) == TCP) {
            return Math.floorMod(ends(memory, ip + 8, ip + 24, 16, ip + 40), parts);
        }
        return 0;
    }

    /** The same for both directions. */
    private static int ends(ByteBuf memory, int source, int destination, int length, int ports) {
        return mix(end(memory, source, length, ports)) + mix(end(memory, destination, length, ports + 2));
    }

    private static int end(ByteBuf memory, int address, int length, int port) {
        int hash = unsigned16(memory, port);
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + unsigned8(memory, address + i);
        }
        return hash;
    }

    private static int mix(int value) {
        int mixed = value * 0x9e37_79b9;
        return mixed ^ mixed >>> 15;
    }

    private static int unsigned8(ByteBuf memory, int at) {
        return memory.getByte(at) & 0xff;
    }

    private static int unsigned16(ByteBuf memory, int at) {
        return unsigned8(memory, at) << 8 | unsigned8(memory, at + 1);
    }

    static Path write(Path file, List<Frame> frames) throws IOException {
        return write(file, frames, frames.getLast().timeNanos());
    }

    /** Ends with a frame at {@code endNanos} that says nothing: parts of a capture end together, and are replayed so. */
    static Path write(Path file, List<Frame> frames, long endNanos) throws IOException {
        int size = 24 + frames.stream().mapToInt(frame -> 16 + frame.length()).sum() + 16 + NOTHING.length;
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(PCAP_NANOS).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
        out.putInt(SNAPLEN).putInt(ETHERNET);
        for (Frame frame : frames) {
            out.putInt((int) (frame.timeNanos() / 1_000_000_000L));
            out.putInt((int) (frame.timeNanos() % 1_000_000_000L));
            out.putInt(frame.length()).putInt(frame.length());
            out.put(frame.bytes());
        }
        out.putInt((int) (endNanos / 1_000_000_000L)).putInt((int) (endNanos % 1_000_000_000L));
        out.putInt(NOTHING.length).putInt(NOTHING.length).put(NOTHING);
        return Files.write(file, out.array());
    }
}
