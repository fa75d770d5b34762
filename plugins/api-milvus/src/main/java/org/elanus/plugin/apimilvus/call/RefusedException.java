package org.elanus.plugin.apimilvus.call;

import org.elanus.spi.auth.Action;
import org.elanus.spi.error.ElanusException;

/** The door does not let a call pass. Not a status in an answer: protocols have words of their own for it. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean signedIn;

    private RefusedException(String message, boolean signedIn) {
        super(message, null, false, false);
        this.signedIn = signedIn;
    }

    static RefusedException unauthenticated(ElanusException error) {
        return new RefusedException(String.valueOf(error.getMessage()), false);
    }

    /** In the words that Milvus's clients look for, before those of the door. */
    static RefusedException denied(ElanusException error, Action action, String user, String database) {
        return new RefusedException(
                "Privilege%s: permission deny to %s in the `%s` database: %s"
                        .formatted(action.wireName(), user, database, error.getMessage()),
                true);
    }

    /** Whether the caller is known, and may not do this; otherwise nobody is signed in. */
    public boolean isSignedIn() {
        return signedIn;
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
