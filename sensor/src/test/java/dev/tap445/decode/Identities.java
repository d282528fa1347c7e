package dev.tap445.decode;

import dev.tap445.wire.DecodeFailure;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Collects what an {@link IdentityReader} reports, as {@code "server NATIVE_OS Unix"}. */
final class Identities implements IdentitySink {
    final List<String> texts = new ArrayList<>();
    final Set<DecodeFailure> failures = EnumSet.noneOf(DecodeFailure.class);
    int guests;

    @Override
    public void onIdentity(boolean ofServer, IdentityField field, String text) {
        texts.add((ofServer ? "server " : "client ") + field + " " + text);
    }

    @Override
    public void onGuest() {
        guests++;
    }

    @Override
    public void onFailure(DecodeFailure reason) {
        failures.add(reason);
    }
}
