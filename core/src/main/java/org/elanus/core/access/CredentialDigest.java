package org.elanus.core.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.runtime.Randomness;

/**
 * Stands for credentials where they are looked up, so that no secret is kept: SHA-256 under a key that this process alone
 * knows and forgets.
 */
record CredentialDigest(long a, long b, long c, long d) {

    /** Makes digests. Safe for use by many threads. */
    static final class Factory {

        /** Has taken in the key, which is one block, and is only cloned. */
        private final MessageDigest keyed;

        Factory(Randomness randomness) {
            byte[] key = new byte[64];
            randomness.secureBytes(key);
            keyed = sha256();
            keyed.update(key);
        }

        CredentialDigest of(Credentials credentials) {
            MessageDigest digest = copy();
            switch (credentials) {
                case Credentials.None none -> digest.update((byte) 0);
                case Credentials.Password password -> {
                    digest.update((byte) 1);
                    part(digest, password.user());
                    part(digest, password.password());
                }
                case Credentials.Token token -> {
                    digest.update((byte) 2);
                    part(digest, token.text());
                }
                case Credentials.Certificate certificate -> {
                    digest.update((byte) 3);
                    certificate.names().forEach(name -> part(digest, name));
                }
            }
            ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
            return new CredentialDigest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
        }

        /** Its length first, so that no two lists of parts are one text. */
        private static void part(MessageDigest digest, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
            digest.update(bytes);
        }

        private MessageDigest copy() {
            try {
                return (MessageDigest) keyed.clone();
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
            }
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }
}
