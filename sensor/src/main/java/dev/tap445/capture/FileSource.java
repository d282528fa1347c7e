package dev.tap445.capture;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A capture file: pcap, pcapng, either of them in gzip, from a file (mapped), a pipe or standard input (streamed).
 * Needs no libpcap.
 */
public final class FileSource implements PacketSource {
    /** The name that stands for standard input. */
    public static final String STANDARD_INPUT = "-";

    private static final int STREAM_WINDOW = 1 << 20;
    private static final int GZIP_BUFFER = 1 << 16;

    private final String name;
    private final int index;
    private final SourceCounters counters = new SourceCounters();
    private final Arena arena;
    private final @Nullable ReadableByteChannel channel;
    private final Window window;
    private final RecordParser parser;
    private final long size;
    private long packets;
    private volatile long read;
    private volatile boolean ended;
    private volatile boolean stopped;
    private volatile @Nullable String problem;

    private FileSource(
            String name,
            int index,
            Arena arena,
            @Nullable ReadableByteChannel channel,
            Window window,
            RecordParser parser) {
        this.name = name;
        this.index = index;
        this.arena = arena;
        this.channel = channel;
        this.window = window;
        this.parser = parser;
        this.size = channel == null ? window.limit() : 0;
    }

    /**
     * Opens a capture and reads its header.
     *
     * @param file a path, or {@value #STANDARD_INPUT}
     * @param index handed to the packet handler with each packet
     */
    public static FileSource open(String file, int index) throws CaptureException {
        boolean standardInput = file.equals(STANDARD_INPUT);
        String name = standardInput ? "standard input" : file.isEmpty() ? "''" : file;
        Arena arena = Arena.ofShared();
        FileChannel channel = null;
        try {
            channel = standardInput ? standardInput() : openFile(Path.of(file));
            FileSource source = open(name, index, arena, channel, !standardInput && Files.isRegularFile(Path.of(file)));
            if (source.channel == null) {
                channel.close(); // the mapping stays
            }
            return source;
        } catch (CaptureException e) {
            release(arena, channel);
            throw new CaptureException(name + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            release(arena, channel);
            throw new CaptureException(name + ": no such file" + unreadableName(file), e);
        } catch (AccessDeniedException e) {
            release(arena, channel);
            throw new CaptureException(name + ": permission denied: make it readable for this user", e);
        } catch (EOFException e) {
            release(arena, channel);
            throw new CaptureException(name + ": cut within the gzip header: copy it again", e);
        } catch (IOException | IllegalArgumentException e) {
            release(arena, channel);
            throw new CaptureException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Java replaces what the locale's encoding does not have, and then looks for another name. */
    private static String unreadableName(String file) {
        return file.indexOf('\ufffd') < 0
                ? ""
                : ", or its name is not in the characters of this locale: try tap445 read - < FILE";
    }

    /**
     * Reads a capture from a stream, which the source closes at its end.
     *
     * @param name what to call it
     */
    public static FileSource open(String name, InputStream stream, int index) throws CaptureException {
        Arena arena = Arena.ofShared();
        ReadableByteChannel channel = Channels.newChannel(stream);
        try {
            Window window = Window.ofStream(channel, STREAM_WINDOW, arena);
            return new FileSource(name, index, arena, channel, window, FileFormat.parser(window));
        } catch (CaptureException e) {
            arena.close();
            throw new CaptureException(name + ": " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("resource") // belongs to the process
    private static FileChannel standardInput() {
        return new FileInputStream(FileDescriptor.in).getChannel();
    }

    private static FileChannel openFile(Path path) throws IOException, CaptureException {
        if (path.toString().isEmpty()) {
            throw new CaptureException("no such file");
        }
        if (Files.isDirectory(path)) {
            throw new CaptureException("is a directory: name the capture files in it");
        }
        return FileChannel.open(path, StandardOpenOption.READ);
    }

    private static FileSource open(String name, int index, Arena arena, FileChannel file, boolean mappable)
            throws IOException, CaptureException {
        if (mappable && file.size() >= FileFormat.MAGIC_LENGTH) {
            MemorySegment memory = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
            if (!FileFormat.isGzip(memory, 0)) {
                Window window = Window.ofMapped(memory);
                return new FileSource(name, index, arena, null, window, FileFormat.parser(window));
            }
        }
        Window plain = Window.ofStream(file, STREAM_WINDOW, arena);
        if (plain.fill(FileFormat.MAGIC_LENGTH) && FileFormat.isGzip(plain.memory(), plain.position())) {
            ReadableByteChannel unpacked = Channels.newChannel(new GZIPInputStream(plain.remaining(), GZIP_BUFFER));
            Window window = Window.ofStream(unpacked, STREAM_WINDOW, arena);
            return new FileSource(name, index, arena, file, window, FileFormat.parser(window));
        }
        return new FileSource(name, index, arena, file, plain, FileFormat.parser(plain));
    }

    private static void release(Arena arena, @Nullable FileChannel channel) {
        arena.close();
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // closing what was only read does not fail
        }
    }

    @Override
    public int poll(PacketHandler handler, int limit) {
        if (ended) {
            return END;
        }
        int count;
        try {
            count = parser.parse(handler, limit, index);
            read = window.offset();
            packets += Math.max(0, count);
        } catch (InternalError e) {
            // The JVM's word for a fault in a mapping: the file was made shorter while it was read.
            ended = true;
            problem = describe("the file was cut by another process while it was read", window.offset());
            return END;
        }
        if (count == END) {
            ended = true;
            settle();
        }
        return count;
    }

    private void settle() {
        String wrong = window.problem() != null ? window.problem() : parser.problem();
        if (wrong != null && !stopped) {
            problem = describe(wrong, parser.problem() != null ? parser.problemOffset() : window.offset());
        }
    }

    private String describe(String what, long offset) {
        return name + ": " + what + " (at byte " + offset + ", after " + packets + " packets)";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SourceCounters counters() {
        return counters;
    }

    @Override
    public SourceStatistics statistics() {
        return SourceStatistics.of(name, !ended, counters, 0, 0);
    }

    @Override
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public double progress() {
        return size == 0 ? Double.NaN : (double) read / size;
    }

    @Override
    public boolean canWait() {
        return true;
    }

    @Override
    public void wakeup() {
        stopped = true;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // closing what was only read does not fail
        }
    }

    @Override
    public void close() {
        wakeup();
        arena.close();
    }
}
