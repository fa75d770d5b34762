package org.elanus.plugin.authjwt;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Why a token is refused, one sentence a cause. Clients see it: it says nothing of the keys, of what is configured, or of
 * what the token holds.
 */
enum Refusal {
    WRONG_FORMAT("the token has the wrong format: a signed JWT is three base64url parts with dots between them"),
    TOO_LARGE("the token is too large"),
    INVALID("the token is invalid"),
    UNKNOWN_KEY("the token is signed with an unknown key"),
    NO_KEYS("the token cannot be checked, since the keys to check it with are not available"),
    WRONG_ISSUER("the token has the wrong issuer"),
    WRONG_AUDIENCE("the token has the wrong audience"),
    EXPIRED("the token has expired"),
    NOT_YET_VALID("the token is not valid yet");

    private final String sentence;

    Refusal(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }

    /** Has no cause: the exceptions of the parser hold claims and header. */
    ElanusException exception() {
        return new ElanusException(StandardErrorCode.UNAUTHENTICATED, sentence);
    }

    ElanusException exception(String detail) {
        return new ElanusException(StandardErrorCode.UNAUTHENTICATED, sentence + ": " + detail);
    }
}
