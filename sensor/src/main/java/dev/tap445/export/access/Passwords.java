package dev.tap445.export.access;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks HTTP basic credentials (RFC 7617) against bcrypt hashes. A hash takes a tenth of a second by design, so results
 * are remembered, keyed by a MAC under a key of this process; and one is computed at a time, at most half of the time, so
 * that guesses cannot take a core from the capture. Unknown names cost what known ones do.
 */
final class Passwords {
    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-9]|2[0-4])\\$[./A-Za-z0-9]{53}");
    private static final int REMEMBERED = 256;
    private static final int MAX_CREDENTIALS = 1_024;
    private static final int WAIT_SECONDS = 5;

    private final Map<String, String> users;
    /** What the names that are not there are compared with, in vain. */
    private final String anyHash;

    private final SecretKeySpec key;
    private final Semaphore computing = new Semaphore(1, true);
    private final Map<String, Boolean> known = new LinkedHashMap<>();

    /** @param users hashes by name, at least one */
    Passwords(Map<String, String> users) {
        this.users = Map.copyOf(users);
        this.anyHash = users.values().iterator().next();
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
    }

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    Permission ask(@Nullable String authorization) {
        String credentials = credentials(authorization);
        int colon = credentials == null ? -1 : credentials.indexOf(':');
        if (credentials == null || colon < 0) {
            return Permission.DENIED;
        }
        String user = credentials.substring(0, colon);
        String password = credentials.substring(colon + 1);
        String mac = mac(user.length() + " " + credentials);
        Boolean before = recall(mac);
        return before != null ? permission(before) : compute(user, password, mac);
    }

    private static @Nullable String credentials(@Nullable String authorization) {
        if (authorization == null
                || authorization.length() > MAX_CREDENTIALS
                || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(authorization.substring(6).strip());
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Permission compute(String user, String password, String mac) {
        try {
            if (!computing.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                return Permission.BUSY;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Permission.BUSY;
        }
        try {
            Boolean before = recall(mac);
            if (before != null) {
                return permission(before);
            }
            long start = System.nanoTime();
            boolean right = matches(password, users.getOrDefault(user, anyHash)) && users.containsKey(user);
            remember(mac, right);
            if (!right) {
                TimeUnit.NANOSECONDS.sleep(System.nanoTime() - start);
            }
            return permission(right);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Permission.DENIED;
        } finally {
            computing.release();
        }
    }

    /** bcrypt takes 72 bytes; what goes beyond is left out, as everywhere. */
    private static boolean matches(String password, String hash) {
        BCrypt.Version version = BCrypt.Version.VERSION_2A;
        return BCrypt.verifyer(version, LongPasswordStrategies.truncate(version))
                .verify(password.getBytes(StandardCharsets.UTF_8), asVersionA(hash))
                .verified;
    }

    /** 2a, 2b and 2y compute the same of what is no longer than 72 bytes. */
    private static byte[] asVersionA(String hash) {
        return ("$2a" + hash.substring(3)).getBytes(StandardCharsets.US_ASCII);
    }

    private static Permission permission(boolean right) {
        return right ? Permission.PERMITTED : Permission.DENIED;
    }

    private synchronized @Nullable Boolean recall(String mac) {
        return known.get(mac);
    }

    /** The oldest wrong guess goes first: guessing cannot push out what is right. */
    private synchronized void remember(String mac, boolean right) {
        if (known.size() >= REMEMBERED) {
            String first = null;
            for (Map.Entry<String, Boolean> entry : known.entrySet()) {
                if (!entry.getValue()) {
                    first = entry.getKey();
                    break;
                }
            }
            known.remove(first == null ? known.keySet().iterator().next() : first);
        }
        known.put(mac, right);
    }

    private String mac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
