package org.elanus.plugin.authjwt;

import java.util.Optional;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** The authenticator {@code jwt}. Takes tokens that look like a JWT; an API key is another's. */
final class JwtAuthenticator implements Authenticator {

    private volatile @Nullable TokenVerifier verifier;

    void start(TokenVerifier with) {
        verifier = with;
    }

    @Override
    public String name() {
        return "jwt";
    }

    @Override
    public void requireConfigured() {
        if (verifier == null) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "the plugin auth-jwt has no keys; give plugins.auth-jwt one of secret, public-key, jwks-file and"
                            + " jwks-url");
        }
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        if (!(credentials instanceof Credentials.Token(String text)) || !looksLikeJwt(text)) {
            return Optional.empty();
        }
        TokenVerifier started = verifier;
        if (started == null) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY, Refusal.NO_KEYS.sentence() + ": the server was given none");
        }
        return Optional.of(started.verify(text));
    }

    @Override
    public boolean stillHolds(Identity identity) {
        TokenVerifier started = verifier;
        return started != null && started.stillHolds(identity);
    }

    /** A header begins with a brace, which is "e" in base64; a wrong one is still not meant for somebody else. */
    private static boolean looksLikeJwt(String text) {
        return text.startsWith("ey") || text.startsWith("ew") || text.indexOf('.') >= 0;
    }
}
