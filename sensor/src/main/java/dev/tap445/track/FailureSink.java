package dev.tap445.track;

import dev.tap445.wire.DecodeFailure;

/** Counts what could not be understood. */
@FunctionalInterface
interface FailureSink {
    void onFailure(DecodeFailure reason);
}
