package dev.tap445.bench;

import java.util.Map;

/** One run: seconds from start to end, CPU seconds by thread, {@code ""} being all, and the peak of memory. */
record Run(double wall, Map<String, Double> cpu, long peakKib, String out) {
    double nanos(String thread, long packets) {
        return cpu.getOrDefault(thread, 0.0) * 1e9 / packets;
    }
}
