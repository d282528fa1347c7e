package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacedSource;
import dev.tap445.capture.PacketSource;
import dev.tap445.inventory.AcceptedDevice;
import dev.tap445.inventory.AcceptedDevices;
import dev.tap445.inventory.ChronicleOptions;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.wire.Subnet;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReloadTest {
    private static final String CAPTURE = Path.of(
                    System.getProperty("tap445.root", ".."), "sensor/src/main/resources/dev/tap445/app/demo.pcap")
            .toString();
    /** Thirteen minutes in four seconds: that is the load. */
    private static final double SPEED = 200;

    private static InventorySnapshot run(PacketSource source, boolean reloading) throws InterruptedException {
        Inventory inventory = new Inventory(InventoryOptions.file());
        try (Memory memory = Memory.open(inventory, new MemoryOptions(), List.of(), () -> false);
                Pipeline pipeline =
                        new Pipeline(List.of(List.of(source)), PipelineOptions.file(2), inventory, memory)) {
            pipeline.start();
            int reloads = 0;
            while (reloading && !pipeline.inputEnded()) {
                memory.apply(settings(reloads++));
                Thread.sleep(10);
            }
            pipeline.awaitEnd();
            assertThat(reloads > 20).isEqualTo(reloading);
            if (reloading) {
                assertThat(memory.view().accepted().all()).isNotEmpty();
            }
            return pipeline.snapshot();
        }
    }

    private static Memory.Settings settings(int number) {
        Subnet subnet = Subnet.parse("192.0.2." + number % 256).orElseThrow();
        AcceptedDevices accepted =
                new AcceptedDevices(List.of(new AcceptedDevice(subnet, false, "owner", "reason", 0)));
        return new Memory.Settings(InventoryOptions.file(), ChronicleOptions.DEFAULT.withAccepted(accepted));
    }

    @Test
    void reloadingUnderLoadLosesNoPacketAndNoFlow() throws Exception {
        InventorySnapshot plain = run(FileSource.open(CAPTURE, 0), false);
        InventorySnapshot reloaded = run(new PacedSource(FileSource.open(CAPTURE, 0), SPEED, 0), true);
        assertThat(plain.clients()).isNotEmpty();
        assertThat(reloaded.clients()).isEqualTo(plain.clients());
        assertThat(reloaded.servers()).isEqualTo(plain.servers());
        assertThat(reloaded.pairs()).isEqualTo(plain.pairs());
    }
}
