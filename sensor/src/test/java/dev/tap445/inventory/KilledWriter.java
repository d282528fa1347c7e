package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A process to be killed: a thousand new SMB1 clients a second, each announced into a file. Arguments: the state
 * directory, the file, the number of the first client.
 */
final class KilledWriter {
    private KilledWriter() {}

    public static void main(String[] args) throws Exception {
        Path announced = Path.of(args[1]);
        int next = Integer.parseInt(args[2]);
        Inventory inventory = new Inventory(InventoryOptions.live());
        Lives lives = new Lives(inventory);
        ChronicleOptions options = new ChronicleOptions(AcceptedDevices.NONE, 0, Long.MAX_VALUE, 1);
        try (InventoryStore store = InventoryStore.open(Path.of(args[0]), StoreRetention.DEFAULT, inventory)) {
            Chronicle chronicle = new Chronicle(
                    inventory, options, store, event -> event.client() + " " + event.start(), lines -> {});
            store.start(lines -> announce(announced, lines));
            IpAddress server = Lives.address("192.0.2.1");
            long monotonic = 0;
            System.out.println("running");
            while (true) {
                long clock = System.currentTimeMillis();
                for (int i = 0; i < 20; i++) {
                    IpAddress client = IpAddress.ofV4(0x0a00_0000 + next++);
                    lives.smb1(client, server, clock / 1000);
                }
                monotonic += Lives.SECOND;
                chronicle.tick(clock * 1_000_000L, monotonic);
                Thread.sleep(20);
            }
        }
    }

    private static void announce(Path file, List<EventLine> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line.document()).append('\n'));
        try {
            Files.write(
                    file,
                    text.toString().getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
