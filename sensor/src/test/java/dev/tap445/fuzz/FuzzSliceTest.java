package dev.tap445.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short run of every target, and everything that a long one ever found. */
final class FuzzSliceTest {
    private static final int EXECUTIONS = 20_000;
    /** Of those that open connections or files. */
    private static final int FEW = 300;

    @ParameterizedTest
    @EnumSource(Target.class)
    void damagedSeeds(Target target) {
        Fuzzer fuzzer = new Fuzzer(target.seeds(), 445);
        int executions = target == Target.HTTP || target == Target.CONFIG ? FEW : EXECUTIONS;
        for (int i = 0; i < executions; i++) {
            fuzzer.run(target);
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void seedsAsTheyAre(Target target) {
        List<byte[]> seeds = target.seeds();
        assertThat(seeds).isNotEmpty();
        seeds.stream().limit(500).forEach(target.run);
    }

    /** Hex, one input a line, in {@code findings/TARGET.hex}. */
    @Test
    void whatWasFoundStaysFixed() {
        int checked = 0;
        for (Target target : Target.values()) {
            String name = "findings/" + target.name().toLowerCase(Locale.ROOT) + ".hex";
            try (InputStream in = FuzzSliceTest.class.getResourceAsStream(name)) {
                if (in == null) {
                    continue;
                }
                for (String line :
                        new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII).split("\n")) {
                    target.run.accept(java.util.HexFormat.of().parseHex(line.strip()));
                    checked++;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(checked).isPositive();
    }
}
