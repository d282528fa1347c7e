package dev.tap445.inventory;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an event is about. The names are a contract: {@code deploy/events.md}. */
public enum EventKind {
    SMB1_CLIENT_FIRST_SEEN("network", "connection", true),
    SMB1_CLIENT_RETURNED("network", "connection", true),
    SMB1_REFUSED("network", "denied", true),
    SERVER_SILENT("network", "info", true),
    SERVER_ANSWERING("network", "info", false),
    SCANNER_DETECTED("network", "info", true),
    ACCEPTANCE_EXPIRED("configuration", "info", true),
    VISIBILITY_LOST("host", "error", true),
    VISIBILITY_RESTORED("host", "info", false),
    SENSOR_DROPPING("host", "error", true),
    SENSOR_DROPPING_ENDED("host", "info", false);

    private static final List<EventKind> ALL = List.of(values());
    private final String category;
    private final String type;
    private final boolean alert;
    private final String action = name().toLowerCase(Locale.ROOT).replace('_', '-');

    EventKind(String category, String type, boolean alert) {
        this.category = category;
        this.type = type;
        this.alert = alert;
    }

    static EventKind of(int ordinal) {
        return ALL.get(ordinal);
    }

    /** The reverse of {@link #action}; null where no kind is called so. */
    static @Nullable EventKind ofAction(String action) {
        for (EventKind kind : ALL) {
            if (kind.action.equals(action)) {
                return kind;
            }
        }
        return null;
    }

    /** {@code event.action}. */
    public String action() {
        return action;
    }

    /** {@code event.category}, a value that ECS allows. */
    public String category() {
        return category;
    }

    /** {@code event.type}, a value that ECS allows. */
    public String type() {
        return type;
    }

    /** Whether somebody should look: {@code event.kind} is "alert", unless the device is accepted. */
    public boolean alert() {
        return alert;
    }
}
