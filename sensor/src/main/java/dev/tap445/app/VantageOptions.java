package dev.tap445.app;

import dev.tap445.decode.Distinguish;
import picocli.CommandLine.Option;

/** Networks that use the same addresses. */
final class VantageOptions {
    @Option(
            names = "--distinguish",
            paramLabel = "BY",
            description = "Tell hosts with the same address apart by vlan, vni or erspan (session): for mirrors"
                    + " that mark both directions alike (default: none).")
    private Distinguish distinguish = Distinguish.NONE;

    PipelineOptions in(PipelineOptions options) {
        return options.withTracker(options.tracker().withDistinguish(distinguish));
    }
}
