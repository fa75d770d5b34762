package org.elanus.core.access.rbac;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Randomness;

/**
 * Hashes of passwords with PBKDF2-HMAC-SHA512 (RFC 8018), as text that names its version and parameters:
 * {@code pbkdf2-sha512$v=1$i=<iterations>$<salt>$<hash>}, the last two in Base64. Safe for use by many threads; only a
 * few hash at a time, so that guessing cannot take the whole machine.
 */
public final class PasswordHashes {

    /** What OWASP recommends for this function. */
    public static final int DEFAULT_ITERATIONS = 210_000;

    static final int MIN_ITERATIONS = 1_000;
    static final int MAX_ITERATIONS = 10_000_000;

    /** Of a hash that somebody brings: each sign-in with it would cost what its iterations do. */
    private static final int MAX_FOREIGN_ITERATIONS = 2 * DEFAULT_ITERATIONS;

    private static final String NAME = "pbkdf2-sha512";
    private static final Pattern FORMAT = Pattern.compile(
            Pattern.quote(NAME) + "\\$v=1\\$i=([0-9]{4,8})\\$([A-Za-z0-9+/]{22,128})\\$([A-Za-z0-9+/]{43,128})");
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    /** More who wait than this, and the next one is refused. */
    private static final int LONGEST_QUEUE = 64;

    private final Randomness randomness;
    private final int iterations;
    private final Semaphore atOnce;
    /** Of no password; checking against it takes as long as against a real one. */
    private final String nobody;

    /** @param iterations of new hashes, 1,000 to 10,000,000 */
    public PasswordHashes(Randomness randomness, int iterations) {
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw ElanusException.invalid(
                    "a password is hashed with %d to %d iterations, not %d", MIN_ITERATIONS, MAX_ITERATIONS, iterations);
        }
        this.randomness = randomness;
        this.iterations = iterations;
        this.atOnce = new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);
        this.nobody = text(iterations, random(SALT_BYTES), random(HASH_BYTES));
    }

    /** A new hash with a new salt. */
    public String hash(String password) {
        byte[] salt = random(SALT_BYTES);
        return text(iterations, salt, derive(password, salt, iterations, HASH_BYTES));
    }

    /** Whether it is the password of the hash; a hash of an unknown kind matches nothing. */
    public boolean matches(String password, String hash) {
        Matcher parts = FORMAT.matcher(hash);
        if (!parts.matches() || iterations(parts) > MAX_ITERATIONS || iterations(parts) < MIN_ITERATIONS) {
            matchesNobody(password);
            return false;
        }
        byte[] expected = Base64.getDecoder().decode(parts.group(3));
        byte[] found =
                derive(password, Base64.getDecoder().decode(parts.group(2)), iterations(parts), expected.length);
        // The function fills up short passwords with NUL: one that ends with it would match the one that does not.
        return MessageDigest.isEqual(expected, found) && password.indexOf('\0') < 0;
    }

    /** Takes the time that checking a password takes. */
    void matchesNobody(String password) {
        matches(password, nobody);
    }

    /** Whether this is a hash that {@link #matches} can check, at a bearable cost. */
    static boolean isHash(String text) {
        Matcher parts = FORMAT.matcher(text);
        if (!parts.matches() || iterations(parts) > MAX_FOREIGN_ITERATIONS || iterations(parts) < MIN_ITERATIONS) {
            return false;
        }
        try {
            Base64.getDecoder().decode(parts.group(2));
            return Base64.getDecoder().decode(parts.group(3)).length >= HASH_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What tells one hash from every other, and nothing about the password; empty when it is of an unknown kind. */
    static String salt(String hash) {
        Matcher parts = FORMAT.matcher(hash);
        return parts.matches() ? parts.group(2) : "";
    }

    private static int iterations(Matcher parts) {
        return Integer.parseInt(parts.group(1));
    }

    private static String text(int iterations, byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return NAME + "$v=1$i=" + iterations + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    private byte[] random(int count) {
        byte[] bytes = new byte[count];
        randomness.secureBytes(bytes);
        return bytes;
    }

    private byte[] derive(String password, byte[] salt, int rounds, int length) {
        if (atOnce.getQueueLength() >= LONGEST_QUEUE) {
            throw new ElanusException(
                    StandardErrorCode.RATE_LIMITED, "too many passwords are being checked; try again in a moment");
        }
        atOnce.acquireUninterruptibly();
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, rounds, length * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new ElanusException(StandardErrorCode.INTERNAL, "a password could not be hashed", e);
        } finally {
            spec.clearPassword();
            atOnce.release();
        }
    }
}
