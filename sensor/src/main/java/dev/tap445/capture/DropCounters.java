package dev.tap445.capture;

import org.pcap4j.core.PcapStat;

/**
 * Drops that libpcap tells of, which counts 32 bits since the interface was opened, as 64 bits since the start. Single
 * writer.
 */
final class DropCounters {
    private static final long U32 = 0xffff_ffffL;

    private long lastKernel;
    private long lastInterface;
    private volatile long kernelDrops;
    private volatile long interfaceDrops;

    void update(PcapStat now) {
        update(now.getNumPacketsDropped(), now.getNumPacketsDroppedByIf());
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void update(long kernel, long byInterface) {
        kernelDrops += (kernel - lastKernel) & U32;
        interfaceDrops += (byInterface - lastInterface) & U32;
        lastKernel = kernel;
        lastInterface = byInterface;
    }

    /** libpcap counts from zero again. */
    void reopened() {
        lastKernel = 0;
        lastInterface = 0;
    }

    /** Any thread. */
    long kernelDrops() {
        return kernelDrops;
    }

    /** Any thread. */
    long interfaceDrops() {
        return interfaceDrops;
    }
}
