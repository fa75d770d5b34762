package org.elanus.plugin.apimilvus;

import java.util.Optional;
import org.elanus.spi.auth.AccessControl;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Door;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.auth.Session;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** A door that everybody may pass. */
final class OpenDoor implements Door {

    private final @Nullable AccessControl control;

    OpenDoor() {
        this(null);
    }

    OpenDoor(@Nullable AccessControl control) {
        this.control = control;
    }

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

    @Override
    public AccessControl accessControl() {
        if (control == null) {
            throw new ElanusException(StandardErrorCode.UNSUPPORTED, "there are no users and roles here");
        }
        return control;
    }
}
