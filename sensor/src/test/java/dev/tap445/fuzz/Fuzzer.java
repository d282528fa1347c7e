package dev.tap445.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Runs one target for some time on damaged seeds, without instrumentation: ten times as many executions a second as
 * with it. Repeatable by its seed. Prints executions; what fails is written to {@code target/fuzz}.
 */
public final class Fuzzer {
    private static final int MAX_LENGTH = 8_192;
    private static final long[] EDGES = {0, 1, 2, 4, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff};

    private final SplittableRandom random;
    private final List<byte[]> seeds;

    Fuzzer(List<byte[]> seeds, long seed) {
        this.seeds = seeds;
        this.random = new SplittableRandom(seed);
    }

    public static void main(String[] args) throws IOException {
        if (args.length == 3 && args[0].equals("--seeds")) {
            writeSeeds(Target.valueOf(args[1].toUpperCase(Locale.ROOT)), Path.of(args[2]));
            return;
        }
        if (args.length < 2) {
            throw new IllegalArgumentException("TARGET SECONDS [SEED]");
        }
        Target target = Target.valueOf(args[0].toUpperCase(Locale.ROOT));
        long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
        Fuzzer fuzzer = new Fuzzer(target.seeds(), seed);
        long end = System.nanoTime() + Long.parseLong(args[1]) * 1_000_000_000L;
        long executions = 0;
        while (System.nanoTime() < end) {
            try {
                for (int i = 0; i < 100; i++) {
                    fuzzer.run(target);
                }
            } catch (AssertionError e) {
                e.printStackTrace();
                System.exit(1); // a target may have threads that would go on
            }
            executions += 100;
        }
        System.out.println(args[0] + " seed " + seed + " executions " + executions + " failures 0");
        System.exit(0);
    }

    /** For a fuzzer that keeps its inputs in files. */
    private static void writeSeeds(Target target, Path directory) throws IOException {
        for (byte[] seed : target.seeds()) {
            Files.write(directory.resolve("seed-" + Integer.toHexString(Arrays.hashCode(seed))), seed);
        }
    }

    void run(Target target) {
        byte[] input = next();
        try {
            target.run.accept(input);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("input kept as " + keep(target, input), e);
        }
    }

    private static Path keep(Target target, byte[] input) {
        Path file = Path.of("target", "fuzz", target.name().toLowerCase(Locale.ROOT) + "-" + Arrays.hashCode(input));
        try {
            Files.createDirectories(file.getParent());
            return Files.write(file, input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A seed with up to eight kinds of damage. */
    byte[] next() {
        byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
        for (int i = random.nextInt(1, 9); i > 0; i--) {
            input = damaged(input);
        }
        return input;
    }

    private byte[] damaged(byte[] input) {
        if (input.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(input.length);
        switch (random.nextInt(8)) {
            case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> input[at] = (byte) random.nextInt();
            case 2 -> edge(input, at);
            case 3 -> {
                for (int i = at; i < Math.min(input.length, at + 16); i++) {
                    input[i] = (byte) random.nextInt();
                }
            }
            case 4 -> {
                return Arrays.copyOf(input, at);
            }
            case 5 -> {
                int length = random.nextInt(Math.min(input.length - at, 64) + 1);
                return spliced(input, at, input, at, length);
            }
            case 6 -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int from = random.nextInt(other.length + 1);
                return spliced(input, at, other, from, random.nextInt(other.length - from + 1));
            }
            default -> {
                int length = random.nextInt(Math.min(input.length - at, 64) + 1);
                byte[] shorter = Arrays.copyOf(input, input.length - length);
                System.arraycopy(input, at + length, shorter, at, input.length - at - length);
                return shorter;
            }
        }
        return input;
    }

    private void edge(byte[] input, int at) {
        long value = EDGES[random.nextInt(EDGES.length)];
        boolean little = random.nextBoolean();
        int width = Math.min(1 << random.nextInt(3), input.length - at);
        for (int i = 0; i < width; i++) {
            input[at + i] = (byte) (value >>> 8 * (little ? i : width - 1 - i));
        }
    }

    private static byte[] spliced(byte[] into, int at, byte[] from, int start, int length) {
        if (into.length + length > MAX_LENGTH) {
            return into;
        }
        byte[] longer = new byte[into.length + length];
        System.arraycopy(into, 0, longer, 0, at);
        System.arraycopy(from, start, longer, at, length);
        System.arraycopy(into, at, longer, at + length, into.length - at);
        return longer;
    }
}
