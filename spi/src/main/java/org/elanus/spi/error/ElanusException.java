package org.elanus.spi.error;

import org.jspecify.annotations.Nullable;

/**
 * The one unchecked exception that crosses an interface of Elanus. The message names the offender and the allowed
 * range, and holds no secret: an endpoint may show it to a client.
 */
public class ElanusException extends RuntimeException {

    private final ErrorCode code;

    public ElanusException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public ElanusException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** The kind of error. */
    public ErrorCode code() {
        return code;
    }

    /** An {@link StandardErrorCode#INVALID_ARGUMENT} with a formatted message. */
    public static ElanusException invalid(String format, Object... arguments) {
        return new ElanusException(StandardErrorCode.INVALID_ARGUMENT, format.formatted(arguments));
    }

    /** An {@link StandardErrorCode#CORRUPT} with a formatted message that names the file and position. */
    public static ElanusException corrupt(String format, Object... arguments) {
        return new ElanusException(StandardErrorCode.CORRUPT, format.formatted(arguments));
    }
}
