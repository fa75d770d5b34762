package org.elanus.spi.auth;

import org.elanus.spi.HostImplements;
import org.elanus.spi.database.Principal;

/**
 * A caller that was signed in, for one call. Safe for use by many threads; nothing to give back. An endpoint puts the
 * principal into the {@link org.elanus.spi.database.CallContext} and asks {@link #isEnded} in its cancellation, so that
 * long work stops as well when the caller expires or is revoked.
 */
@HostImplements
public interface Session {

    Principal principal();

    /** Whether the caller is no longer signed in. Cheap, never blocks; true at most 5 seconds after the fact. */
    boolean isEnded();
}
