package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;

/**
 * A process to be killed: five hundred new SMB1 clients a second, each announced into a file, and as many that are known
 * from before come again. Arguments: the state directory, the file, the number of the first client.
 */
final class KilledWriter {
    private static final int FIRST = 0x0a00_0000;
    private static final int EACH = 10;
    private static final int PERIOD_MILLIS = 20;

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
            Random random = new Random();
            while (true) {
                long clock = System.currentTimeMillis();
                for (int i = 0; i < EACH; i++) {
                    lives.smb1(IpAddress.ofV4(FIRST + next++), server, clock / 1000);
                    lives.smb1(IpAddress.ofV4(FIRST + random.nextInt(next)), server, clock / 1000);
                }
                monotonic += Lives.SECOND;
                chronicle.tick(clock * 1_000_000L, monotonic);
                Thread.sleep(PERIOD_MILLIS);
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
