package org.elanus.testkit.auth;

import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.database.Principal;

/**
 * An authenticator under test, with examples of what it takes and of what it refuses. At least one of each is needed; the
 * more causes are named, the more the kit tells apart.
 */
public final class AuthenticatorSubject {

    record Accepted(Credentials credentials, Principal principal) {}

    record Refused(String cause, Credentials credentials) {}

    private final Authenticator authenticator;
    private final List<Accepted> accepted = new ArrayList<>();
    private final List<Refused> refused = new ArrayList<>();
    private final List<String> secrets = new ArrayList<>();

    private AuthenticatorSubject(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    public static AuthenticatorSubject of(Authenticator authenticator) {
        return new AuthenticatorSubject(authenticator);
    }

    /** Credentials that are accepted, at least for as long as the test runs, and whom they stand for. */
    public AuthenticatorSubject accepts(Credentials credentials, Principal principal) {
        accepted.add(new Accepted(credentials, principal));
        return this;
    }

    /**
     * Credentials that are refused.
     *
     * @param cause such as {@code expired}: refusals for different causes differ in their words, refusals for one cause
     *     do not; name the same cause for an unknown user and for a wrong password
     */
    public AuthenticatorSubject refuses(String cause, Credentials credentials) {
        refused.add(new Refused(cause, credentials));
        return this;
    }

    /** What must be shown nowhere, beside the examples' passwords and tokens: a key from the configuration. */
    public AuthenticatorSubject secret(String secret) {
        secrets.add(secret);
        return this;
    }

    Authenticator authenticator() {
        return authenticator;
    }

    List<Accepted> accepted() {
        return accepted;
    }

    List<Refused> refused() {
        return refused;
    }

    List<String> secrets() {
        return secrets;
    }
}
