package dev.tap445.decode;

import java.util.List;

/** Which text of a device; in each group the earlier is the better. */
public enum IdentityField {
    /** NTLMSSP workstation, or NetBIOS computer name of a challenge (MS-NLMP 2.2.1). */
    NTLM_HOSTNAME,
    /** NetBIOS calling or called name (RFC 1002 section 4.3.2). */
    NETBIOS_NAME,
    NTLM_DOMAIN,
    /** PrimaryDomain of SESSION_SETUP_ANDX (MS-CIFS 2.2.4.53). */
    SMB1_DOMAIN,
    NATIVE_OS,
    NATIVE_LANMAN;

    private static final List<IdentityField> ALL = List.of(values());

    public static IdentityField of(int ordinal) {
        return ALL.get(ordinal);
    }
}
