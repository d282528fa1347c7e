package dev.tap445.decode;

import dev.tap445.wire.DecodeFailure;

/** Receives what a message says of the device that sent it, or of the one it was sent to. */
public interface IdentitySink {
    /**
     * @param ofServer whether the text describes the server, not the client
     * @param text at most 255 characters, control characters replaced; never a user name, password or hash
     */
    void onIdentity(boolean ofServer, IdentityField field, String text);

    /** The server let the client in as a guest. */
    void onGuest();

    void onFailure(DecodeFailure reason);
}
