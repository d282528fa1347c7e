package dev.tap445.capture;

/**
 * How an interface is opened.
 *
 * @param snapLength bytes kept of a packet
 * @param bufferBytes the kernel's buffer
 * @param filter what the kernel lets through
 */
public record LiveOptions(int snapLength, boolean promiscuous, int bufferBytes, CaptureFilter filter) {
    public static final int DEFAULT_SNAP_LENGTH = 65_535;
    /** 64 MiB: at 1 Mpps of small packets about a third of a second. */
    public static final int DEFAULT_BUFFER_BYTES = 64 << 20;

    /** The defaults of {@code tap445 live}. */
    public static LiveOptions of(CaptureFilter filter) {
        return new LiveOptions(DEFAULT_SNAP_LENGTH, true, DEFAULT_BUFFER_BYTES, filter);
    }
}
