package org.elanus.testkit.auth.example;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Knows callers by the hashes of their keys, which begin with {@code kf-} and are long and random. */
final class KeyFileAuthenticator implements Authenticator {

    private static final String PREFIX = "kf-";

    private volatile Map<String, Principal> callers = Map.of();

    /** @param read callers by the hash of their key */
    void use(Map<String, Principal> read) {
        callers = Map.copyOf(read);
    }

    @Override
    public String name() {
        return "key-file";
    }

    @Override
    public void requireConfigured() {
        if (callers.isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID, "no key is known; set plugins.auth-key-file.file");
        }
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        if (!(credentials instanceof Credentials.Token(String key)) || !key.startsWith(PREFIX)) {
            return Optional.empty(); // another authenticator's
        }
        Principal caller = callers.get(hash(key));
        if (caller == null) {
            // One sentence a cause, and nothing of the key in it.
            throw new ElanusException(StandardErrorCode.UNAUTHENTICATED, "the key is unknown");
        }
        return Optional.of(new Identity(caller, Identity.NEVER));
    }

    @Override
    public boolean stillHolds(Identity identity) {
        return callers.containsValue(identity.principal());
    }

    static String hash(String key) {
        try {
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
