package dev.tap445.export;

import dev.tap445.wire.IpAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** Community ID version 1 of a TCP connection, seed 0: the same in both directions, and in other tools. */
final class CommunityId {
    private static final byte TCP = 6;

    private CommunityId() {}

    static String of(IpAddress client, int clientPort, IpAddress server, int serverPort) {
        byte[] a = bytes(client);
        byte[] b = bytes(server);
        int order = Arrays.compareUnsigned(a, b);
        boolean inOrder = order < 0 || order == 0 && clientPort <= serverPort;
        ByteBuffer flow = ByteBuffer.allocate(2 + a.length + b.length + 6);
        flow.putShort((short) 0)
                .put(inOrder ? a : b)
                .put(inOrder ? b : a)
                .put(TCP)
                .put((byte) 0);
        flow.putShort((short) (inOrder ? clientPort : serverPort));
        flow.putShort((short) (inOrder ? serverPort : clientPort));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(flow.array());
            return "1:" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    private static byte[] bytes(IpAddress address) {
        return address.isV4()
                ? ByteBuffer.allocate(4).putInt((int) address.low()).array()
                : ByteBuffer.allocate(16)
                        .putLong(address.high())
                        .putLong(address.low())
                        .array();
    }
}
