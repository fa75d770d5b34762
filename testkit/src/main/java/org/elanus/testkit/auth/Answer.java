package org.elanus.testkit.auth;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;

/**
 * What an authenticator made of credentials: a principal, or no answer, or a refusal. Equal answers have equal words.
 *
 * @param error the code of the refusal; empty otherwise
 * @param words the refusal's message; empty otherwise
 */
record Answer(Optional<Principal> principal, String error, String words) {

    /** @throws AssertionError when it throws anything but a refusal */
    static Answer of(Authenticator authenticator, Credentials credentials) {
        try {
            Optional<Identity> identity = authenticator.authenticate(credentials);
            return new Answer(identity.map(Identity::principal), "", "");
        } catch (ElanusException e) {
            if (e.code() != StandardErrorCode.UNAUTHENTICATED && e.code().category() != ErrorCategory.RETRYABLE) {
                throw new AssertionError(
                        "credentials are refused by UNAUTHENTICATED, or by a code that may be tried again, not by "
                                + e.code().name(),
                        e);
            }
            return new Answer(Optional.empty(), e.code().name(), String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("credentials are refused by an ElanusException, not by this", e);
        }
    }

    boolean isAccepted() {
        return principal.isPresent();
    }

    boolean isRefused() {
        return !error.isEmpty();
    }

    /** Everything that a log could show of a refusal; empty when there is none. */
    static String trace(Authenticator authenticator, Credentials credentials) {
        try {
            return authenticator.authenticate(credentials).toString();
        } catch (ElanusException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return trace.toString();
        }
    }
}
