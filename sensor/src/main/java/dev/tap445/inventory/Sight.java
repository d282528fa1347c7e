package dev.tap445.inventory;

/** What the sensor could see of late, from the inventory's own figures. Inventory thread only. */
final class Sight implements PortVerdict.Visibility {
    private final Inventory inventory;

    Sight(Inventory inventory) {
        this.inventory = inventory;
    }

    /** Evidence before this time is too old. */
    @Override
    public long windowStart() {
        return inventory.options.wholeInput() ? 0 : inventory.now() - inventory.options.window();
    }

    @Override
    public boolean feedIsOneWay() {
        long start = windowStart();
        return inventory.lastOneWay >= start
                && inventory.lastOneWay > 0
                && (inventory.lastReturn == 0 || inventory.lastReturn < start);
    }

    /** An answer is proof too, and is told at once. */
    @Override
    public boolean nothingComesBack() {
        long wayBack = Math.max(inventory.lastWayBack, inventory.lastReturn);
        return wayBack == 0 || wayBack < windowStart();
    }

    @Override
    public boolean dropsInWindow() {
        return inventory.lastDrop >= windowStart();
    }

    @Override
    public boolean feedIsQuiet() {
        return !inventory.options.wholeInput() && inventory.now() - inventory.latest > inventory.options.quiet();
    }

    @Override
    public boolean isScanner(Host client) {
        ClientState state = client.client;
        return state != null
                && state.scan.isScanner(inventory.options.scannerDestinations(), inventory.options.scannerWindow());
    }
}
