package org.elanus.spi.auth;

import java.util.Optional;
import org.elanus.spi.PluginImplements;

/**
 * Turns credentials into an identity. Used by many threads, on virtual threads, and may block for as long as a client
 * would wait. The door asks the authenticators that {@code auth.authenticators} names, in that order, and remembers
 * an answer for seconds, so that not every call costs a hash or a signature.
 */
@PluginImplements
public interface Authenticator {

    /** The name by which {@code auth.authenticators} chooses it, in lower case. */
    String name();

    /**
     * Asked once at the start of a server whose configuration names this authenticator.
     *
     * @throws org.elanus.spi.error.ElanusException CONFIGURATION_INVALID when it was not told what it needs, such as a key;
     *     the server does not start then
     */
    default void requireConfigured() {}

    /**
     * Recognises a caller. Takes the same time for a user that does not exist as for a wrong password.
     *
     * @return empty when the credentials are not of a kind, or not of a form, that belongs to this authenticator; the
     *     next one is asked then
     * @throws org.elanus.spi.error.ElanusException UNAUTHENTICATED when they do and are refused, with one distinct sentence
     *     a cause and without a part of a secret; NOT_READY when it cannot tell now
     */
    Optional<Identity> authenticate(Credentials credentials);

    /**
     * Whether an identity that this authenticator gave out still holds: the user is there with the same password, the key
     * is not revoked. Asked at least every few seconds while the caller is active. Cheap: neither hashes nor blocks. The
     * default answers no, and the caller's credentials are then authenticated anew.
     */
    default boolean stillHolds(Identity identity) {
        return false;
    }
}
