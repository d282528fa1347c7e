package dev.tap445.inventory;

import org.jspecify.annotations.Nullable;

/**
 * What a device says of itself, so that someone can walk up to it. All text is hostile: it came from packets, cut to
 * 255 characters, control characters replaced.
 *
 * @param hostname NTLMSSP workstation or NetBIOS name
 * @param domain NTLMSSP or SMB1 domain or workgroup
 * @param nativeOs SMB1 NativeOS (MS-CIFS 2.2.4.53)
 * @param nativeLanman SMB1 NativeLanMan
 * @param mac source MAC as {@code aa:bb:cc:dd:ee:ff}; null where unknown or where it stands for many addresses
 * @param macAddresses how many addresses were seen behind the MAC (capped); above {@value #SHARED_MAC} it is a router's
 */
public record Identity(
        @Nullable String hostname,
        @Nullable String domain,
        @Nullable String nativeOs,
        @Nullable String nativeLanman,
        @Nullable String mac,
        int macAddresses,
        Signing signing,
        long guestSessions) {
    /** A MAC seen for more addresses than this stands for a router. */
    public static final int SHARED_MAC = 2;

    public static final Identity NONE = new Identity(null, null, null, null, null, 0, Signing.UNKNOWN, 0);
}
