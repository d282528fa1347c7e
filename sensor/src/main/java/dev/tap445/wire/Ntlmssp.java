package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * NTLMSSP messages (MS-NLMP 2.2.1). A field is length (2), room (2) and offset (4) from the message's beginning.
 *
 * <pre>
 *  0           8      12          16         20         24            28       32           36     40            44
 *  | NTLMSSP\0 | 1    | flags     | domain              | workstation          | version …                         NEGOTIATE
 *  | NTLMSSP\0 | 2    | target name          | flags    | challenge            | reserved          | target info … CHALLENGE
 *  | NTLMSSP\0 | 3    | LM response          | NT response           | domain              | user   | …            AUTHENTICATE
 *                                                                              44: workstation, 52: key, 60: flags
 * </pre>
 */
public final class Ntlmssp {
    /** {@code NTLMSSP\0} read in network order. */
    public static final long SIGNATURE = 0x4e54_4c4d_5353_5000L;

    public static final int MIN_LENGTH = 12;

    public static final int NEGOTIATE = 1;
    public static final int NEGOTIATE_FLAGS_END = 16;
    public static final int NEGOTIATE_LENGTH = 32;
    public static final int CHALLENGE = 2;
    public static final int CHALLENGE_LENGTH = 48;
    /** A challenge without target info may end here. */
    public static final int CHALLENGE_FLAGS_END = 24;

    public static final int AUTHENTICATE = 3;
    public static final int AUTHENTICATE_LENGTH = 64;

    public static final int NEGOTIATE_DOMAIN = 16;
    public static final int NEGOTIATE_WORKSTATION = 24;
    public static final int CHALLENGE_TARGET_INFO = 40;
    public static final int AUTHENTICATE_DOMAIN = 28;
    public static final int AUTHENTICATE_WORKSTATION = 44;

    /** An AV pair: id (2), length (2), value (2.2.2.1). */
    public static final int AV_HEADER_LENGTH = 4;

    public static final int AV_END = 0;
    public static final int AV_COMPUTER_NAME = 1;
    public static final int AV_DOMAIN_NAME = 2;

    private static final int TYPE = 8;
    private static final int FIELD_OFFSET = 4;
    private static final int NEGOTIATE_FLAGS = 12;
    private static final int CHALLENGE_FLAGS = 20;
    private static final int AUTHENTICATE_FLAGS = 60;

    private static final int FLAG_UNICODE = 0x0000_0001;
    private static final int FLAG_DOMAIN_SUPPLIED = 0x0000_1000;
    private static final int FLAG_WORKSTATION_SUPPLIED = 0x0000_2000;
    private static final int FLAG_TARGET_INFO = 0x0080_0000;

    private Ntlmssp() {}

    public static int type(ByteBuf m, int at) {
        return Bytes.i32Le(m, at + TYPE);
    }

    public static int fieldLength(ByteBuf m, int at, int field) {
        return Bytes.u16Le(m, at + field);
    }

    /** Unsigned. */
    public static long fieldOffset(ByteBuf m, int at, int field) {
        return Integer.toUnsignedLong(Bytes.i32Le(m, at + field + FIELD_OFFSET));
    }

    public static boolean domainSupplied(ByteBuf m, int at) {
        return (Bytes.i32Le(m, at + NEGOTIATE_FLAGS) & FLAG_DOMAIN_SUPPLIED) != 0;
    }

    public static boolean workstationSupplied(ByteBuf m, int at) {
        return (Bytes.i32Le(m, at + NEGOTIATE_FLAGS) & FLAG_WORKSTATION_SUPPLIED) != 0;
    }

    public static boolean hasTargetInfo(ByteBuf m, int at) {
        return (Bytes.i32Le(m, at + CHALLENGE_FLAGS) & FLAG_TARGET_INFO) != 0;
    }

    /** Whether the texts of an AUTHENTICATE are UTF-16; OEM otherwise. */
    public static boolean isUnicode(ByteBuf m, int at) {
        return (Bytes.i32Le(m, at + AUTHENTICATE_FLAGS) & FLAG_UNICODE) != 0;
    }

    public static int avId(ByteBuf m, int at) {
        return Bytes.u16Le(m, at);
    }

    public static int avLength(ByteBuf m, int at) {
        return Bytes.u16Le(m, at + 2);
    }
}
