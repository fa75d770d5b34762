package org.elanus.spi.auth;

import java.util.Optional;
import org.elanus.spi.HostImplements;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Where an endpoint signs callers in, and asks for what no method of the database stands for. The database that the
 * endpoint is given beside it asks by itself. Safe for use by many threads.
 */
@HostImplements
public interface Door {

    /** Whether callers must sign in. Otherwise whatever they show passes as {@code Principal.ANONYMOUS}. */
    boolean isEnabled();

    /**
     * Signs a caller in who did so a moment ago, without blocking.
     *
     * @return empty when only {@link #signIn} can tell
     */
    Optional<Session> recognise(Credentials credentials);

    /**
     * Signs a caller in. May block while a password is hashed.
     *
     * @param credentials from the credential headers or the connection, never from any other part of a request
     * @param remoteAddress the caller's address without a port, for throttling and the security log; empty when unknown
     * @throws ElanusException UNAUTHENTICATED with what to tell the client; NOT_READY when nobody
     *     can tell now
     */
    Session signIn(Credentials credentials, String remoteAddress);

    /**
     * Returns when the caller may do this.
     *
     * @param resource a collection may be named by an alias
     * @throws ElanusException PERMISSION_DENIED that names user, action and resource, in the same
     *     words whether the resource exists or not; UNAUTHENTICATED when nobody is signed in
     */
    void require(CallContext context, Action action, Resource resource);

    /**
     * Tells that a call failed, so that it is counted as an error of what the client asked for. To be told of every
     * failure: those that the database has counted already, because its own methods threw them on this thread, are not
     * counted again.
     *
     * @param error the very one that was thrown, if any was
     */
    default void failed(Action action, Throwable error) {}

    /**
     * Users, roles, grants and API keys. Every method asks for its action first.
     *
     * @throws ElanusException UNSUPPORTED when none are stored here
     */
    default AccessControl accessControl() {
        throw new ElanusException(StandardErrorCode.UNSUPPORTED, "this server stores no users and roles");
    }
}
