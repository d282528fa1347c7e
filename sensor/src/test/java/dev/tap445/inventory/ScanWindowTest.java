package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScanWindowTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long WINDOW = 300 * SECOND;
    private static final int LIMIT = 25;

    private static long hash(int destination) {
        long h = (destination + 1) * 0x9e37_79b9_7f4a_7c15L;
        return h ^ h >>> 31;
    }

    private static ScanWindow window(int destinations, long apart, int answered) {
        ScanWindow window = new ScanWindow();
        for (int i = 0; i < destinations; i++) {
            window.add(hash(i), i * apart, i < answered);
        }
        return window;
    }

    @Test
    void aScannerHasMoreThanTheLimitMostOfThemNotAnswered() {
        assertThat(window(25, SECOND, 0).isScanner(LIMIT, WINDOW)).isFalse();
        assertThat(window(26, SECOND, 0).isScanner(LIMIT, WINDOW)).isTrue();
        assertThat(window(26, SECOND, 12).isScanner(LIMIT, WINDOW)).isTrue();
        assertThat(window(26, SECOND, 13).isScanner(LIMIT, WINDOW)).isFalse();
    }

    @Test
    void manyDestinationsOverALongTimeAreNoScan() {
        assertThat(window(500, 13 * SECOND, 0).isScanner(LIMIT, WINDOW)).isFalse();
        assertThat(window(500, 10 * SECOND, 0).isScanner(LIMIT, WINDOW)).isTrue();
    }

    @Test
    void theSameDestinationsAgainAreNoScan() {
        ScanWindow window = new ScanWindow();
        for (int i = 0; i < 100_000; i++) {
            window.add(hash(i % 20), i * SECOND / 100, false);
        }
        assertThat(window.isScanner(LIMIT, WINDOW)).isFalse();
        assertThat(window.destinations(WINDOW)).isEqualTo(20);
    }

    @Test
    void onceAScannerAlwaysOne() {
        ScanWindow window = window(30, 1, 0);
        assertThat(window.isScanner(LIMIT, WINDOW)).isTrue();
        window.add(hash(1), 10_000 * SECOND, true);
        assertThat(window.isScanner(LIMIT, WINDOW)).isTrue();
    }

    /** Against sets by hand, in any order of arrival. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void orderOfArrivalChangesNothing(long seed) {
        Random random = new Random(seed);
        List<long[]> attempts = new ArrayList<>();
        Set<Integer> latest = new HashSet<>();
        int seconds = 2000;
        for (int i = 0; i < 300; i++) {
            int destination = random.nextInt(60);
            long second = random.nextInt(seconds);
            attempts.add(new long[] {destination, second * SECOND});
        }
        attempts.add(new long[] {0, (seconds - 1L) * SECOND});
        long lastBucket = (seconds - 1) / 10L;
        attempts.forEach(a -> {
            if (a[1] / SECOND / 10 > lastBucket - 30) {
                latest.add((int) a[0]);
            }
        });
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(attempts, random);
            ScanWindow window = new ScanWindow();
            attempts.forEach(a -> window.add(hash((int) a[0]), a[1], false));
            assertThat(window.destinations(WINDOW)).isEqualTo(latest.size());
        }
    }

    /** Against each window counted by itself, asked now and then while attempts and late answers come in. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void slidesOverTheAttemptsAsIfEachWindowWereCountedAlone(long seed) {
        Random random = new Random(seed);
        int scanners = 0;
        for (int client = 0; client < 200; client++) {
            ScanWindow window = new ScanWindow();
            Map<List<Long>, Boolean> attempts = new HashMap<>(); // bucket and destination: answered
            int destinations = 20 + random.nextInt(60);
            double answering = random.nextDouble();
            int buckets = 1 + random.nextInt(120);
            boolean expected = false;
            for (int i = 0; i < 250; i++) {
                long bucket = random.nextInt(buckets);
                long destination = random.nextInt(destinations);
                boolean answered = random.nextDouble() < answering;
                window.add(hash((int) destination), bucket * 10 * SECOND, answered);
                attempts.merge(List.of(bucket, destination), answered, Boolean::logicalOr);
                if (random.nextInt(20) == 0) {
                    expected |= anyWindowIsScan(attempts);
                    assertThat(window.isScanner(LIMIT, WINDOW)).isEqualTo(expected);
                }
            }
            scanners += expected ? 1 : 0;
        }
        assertThat(scanners).isBetween(20, 180);
    }

    /** Windows that end with an attempt. */
    private static boolean anyWindowIsScan(Map<List<Long>, Boolean> attempts) {
        Set<Long> ends = new HashSet<>();
        attempts.keySet().forEach(attempt -> ends.add(attempt.getFirst()));
        for (long last : ends) {
            Set<Long> tried = new HashSet<>();
            Set<Long> answered = new HashSet<>();
            for (Map.Entry<List<Long>, Boolean> attempt : attempts.entrySet()) {
                long bucket = attempt.getKey().get(0);
                if (bucket <= last && bucket > last - 30) {
                    tried.add(attempt.getKey().get(1));
                    if (attempt.getValue()) {
                        answered.add(attempt.getKey().get(1));
                    }
                }
            }
            if (tried.size() > LIMIT && answered.size() * 2 < tried.size()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void estimatesWhatIsBeyondTheExactCountEachDestinationOnce() {
        ScanWindow window = new ScanWindow();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 20_000; i++) {
                window.add(hash(i), i * 1_000_000L, false);
            }
        }
        assertThat(window.isScanner(LIMIT, WINDOW)).isTrue();
        assertThat(window.destinations(WINDOW)).isCloseTo(20_000L, Percentage.withPercentage(10));
    }
}
