package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.List;

/** Tells the listener of every scanner once. Inventory thread only. */
final class ScannerWatch {
    private final Inventory inventory;
    private final List<ClientState> suspects = new ArrayList<>();

    ScannerWatch(Inventory inventory) {
        this.inventory = inventory;
    }

    /** This client tried one more destination. */
    void tried(ClientState client) {
        if (client.suspicion == ClientState.Suspicion.NONE
                && client.scan.entries() > inventory.options.scannerDestinations()) {
            client.suspicion = ClientState.Suspicion.SUSPECT;
            suspects.add(client);
        }
    }

    /** Decides on the clients that tried much since the last review. */
    void review() {
        for (ClientState client : suspects) {
            if (inventory.sight.isScanner(client.host)) {
                client.suspicion = ClientState.Suspicion.TOLD;
                long destinations = client.scan.destinations(inventory.options.scannerWindow());
                boolean allowed = inventory.options.isAllowedScanner(client.host.address);
                inventory.listener.scannerFound(client.host.address, destinations, allowed, inventory.now());
            } else {
                client.suspicion = ClientState.Suspicion.NONE;
            }
        }
        suspects.clear();
    }
}
