package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * NetBIOS session service record (RFC 1002 section 4.3.1), and the direct TCP transport of SMB (MS-SMB2 2.1), which
 * keeps its first byte zero and uses 24 bits of length instead of 17.
 *
 * <pre>
 *  0      1       2         4
 *  | type | E ..  | length  | …        port 139: 7 bits of flags, then 17 of length
 *  | 0    | length (24)     | SMB …    port 445
 * </pre>
 */
public final class Nbss {
    public static final int HEADER_LENGTH = 4;
    public static final int SESSION_MESSAGE = 0x00;
    public static final int SESSION_REQUEST = 0x81;
    public static final int POSITIVE_RESPONSE = 0x82;
    public static final int NEGATIVE_RESPONSE = 0x83;
    public static final int RETARGET_RESPONSE = 0x84;
    public static final int KEEP_ALIVE = 0x85;
    /** Port of the NetBIOS session service. */
    public static final int NETBIOS_PORT = 139;
    /** Port of SMB over direct TCP. */
    public static final int DIRECT_PORT = 445;
    /** A NetBIOS name in first-level encoding: length byte 32, 32 letters, root (RFC 1001 section 14.1). */
    public static final int ENCODED_NAME_LENGTH = 34;

    private Nbss() {}

    public static int type(ByteBuf m, int at) {
        return Bytes.u8(m, at);
    }

    /** Bytes that follow the header. */
    public static int length(ByteBuf m, int at, boolean netbios) {
        int word = Bytes.i32(m, at);
        return netbios && word >>> 24 == 0 ? word & 0x1_ffff : word & 0xff_ffff;
    }

    public static boolean isKnown(int type) {
        return type == SESSION_MESSAGE || type >= SESSION_REQUEST && type <= KEEP_ALIVE;
    }
}
