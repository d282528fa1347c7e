package dev.tap445.inventory;

import dev.tap445.wire.Vantage;
import java.util.List;
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
 * @param seenIn where its packets were mirrored, {@link dev.tap445.wire.Vantage}s, the latest to appear first
 */
public record Identity(
        @Nullable String hostname,
        @Nullable String domain,
        @Nullable String nativeOs,
        @Nullable String nativeLanman,
        @Nullable String mac,
        int macAddresses,
        Signing signing,
        long guestSessions,
        List<Integer> seenIn) {
    /** A MAC seen for more addresses than this stands for a router. */
    public static final int SHARED_MAC = 2;

    public static final Identity NONE = new Identity(null, null, null, null, null, 0, Signing.UNKNOWN, 0, List.of());

    /** Of a device that was not seen in any VLAN or tunnel. */
    public Identity(
            @Nullable String hostname,
            @Nullable String domain,
            @Nullable String nativeOs,
            @Nullable String nativeLanman,
            @Nullable String mac,
            int macAddresses,
            Signing signing,
            long guestSessions) {
        this(hostname, domain, nativeOs, nativeLanman, mac, macAddresses, signing, guestSessions, List.of());
    }

    /** Id of the VLAN, VNI or ERSPAN session, by {@link Vantage} kind, that it appeared in last; -1 for none. */
    public int lastIn(int kind) {
        for (int vantage : seenIn) {
            if (Vantage.kind(vantage) == kind) {
                return Vantage.id(vantage);
            }
        }
        return -1;
    }

    /** {@code vlan20}, {@code vni5001}, {@code erspan7}. */
    public List<String> seenInTexts() {
        return seenIn.stream().map(Vantage::text).toList();
    }
}
