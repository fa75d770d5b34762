package org.elanus.spi.auth;

import java.util.List;

/**
 * What a caller shows of itself. Immutable. {@code toString} shows no secret; nothing else may put one into a message or
 * a log.
 */
public sealed interface Credentials {

    /** The caller shows nothing. */
    record None() implements Credentials {}

    /** A user's name with its password, both as the client gave them. */
    record Password(String user, String password) implements Credentials {
        @Override
        public String toString() {
            return "Password[user=" + user + "]";
        }
    }

    /** A text that stands for the caller by itself: an API key, a JSON Web Token. */
    record Token(String text) implements Credentials {
        @Override
        public String toString() {
            return "Token[]";
        }
    }

    /** What the certificate names that the connection was opened with, such as {@code DNS:app.example.org}. */
    record Certificate(List<String> names) implements Credentials {
        public Certificate {
            names = List.copyOf(names);
        }
    }

    /** The caller shows nothing. */
    Credentials NONE = new None();
}
