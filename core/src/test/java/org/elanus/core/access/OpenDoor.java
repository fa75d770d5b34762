package org.elanus.core.access;

import java.util.Optional;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Door;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.auth.Session;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Principal;

/** A door that everybody may pass. */
public final class OpenDoor implements Door {

    public static final OpenDoor INSTANCE = new OpenDoor();

    private OpenDoor() {}

    @Override
    public boolean isEnabled() {
        return false;
    }

    @Override
    public Optional<Session> recognise(Credentials credentials) {
        return Optional.of(signIn(credentials, ""));
    }

    @Override
    public Session signIn(Credentials credentials, String remoteAddress) {
        return new Session() {
            @Override
            public Principal principal() {
                return Principal.ANONYMOUS;
            }

            @Override
            public boolean isEnded() {
                return false;
            }
        };
    }

    @Override
    public void require(CallContext context, Action action, Resource resource) {}
}
