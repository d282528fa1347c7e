package dev.tap445.decode;

import java.lang.foreign.MemorySegment;

/** Finds what a device says of itself in SESSION_SETUP messages and NetBIOS session requests. Stateless. */
public final class IdentityReader {
    private IdentityReader() {}

    /** SMB1 SESSION_SETUP_ANDX (MS-CIFS 2.2.4.53, MS-SMB 2.2.4.6); {@code at} is the SMB header, header checked. */
    public static void smb1SessionSetup(MemorySegment m, long at, int available, boolean reply, IdentitySink sink) {}

    /** SMB2 SESSION_SETUP (MS-SMB2 2.2.5, 2.2.6); {@code at} is the SMB2 header, header checked. */
    public static void smb2SessionSetup(MemorySegment m, long at, int available, boolean reply, IdentitySink sink) {}

    /** NetBIOS session request (RFC 1002 section 4.3.2); {@code at} is behind the record header. */
    public static void sessionRequest(MemorySegment m, long at, int available, IdentitySink sink) {}
}
