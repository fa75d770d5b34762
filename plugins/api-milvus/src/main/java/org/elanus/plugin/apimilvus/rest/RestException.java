package org.elanus.plugin.apimilvus.rest;

import java.util.Map;
import org.elanus.milvus.proto.Status;
import org.elanus.plugin.apimilvus.call.RefusedException;
import org.elanus.plugin.apimilvus.wire.WireStatus;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** A request that is answered with a code and a message. */
final class RestException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The body is not the JSON that the route takes. */
    static final int WRONG_FORMAT = 1801;

    static final int MISSING_PARAMETER = 1802;
    static final int WRONG_ROW = 1804;
    static final int NOT_AUTHENTICATED = 1800;
    static final int NOT_PERMITTED = 1401;
    static final int INVALID_PARAMETER = 1100;
    static final int TOO_LARGE = 1102;
    static final int UNIMPLEMENTED = 10;

    private final int code;
    private final @Nullable StandardErrorCode kind;

    private RestException(int code, String message, @Nullable StandardErrorCode kind) {
        super(message, null, false, false);
        this.code = code;
        this.kind = kind;
    }

    int code() {
        return code;
    }

    /** What kind of error a request is that no method was called for; null when one was called and failed. */
    @Nullable
    StandardErrorCode kind() {
        return kind;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    static RestException of(Status status) {
        return new RestException(status.getCode(), status.getReason(), null);
    }

    static RestException wrongFormat(String message) {
        return new RestException(
                WRONG_FORMAT, "can only accept json format request, error: " + message, StandardErrorCode.INVALID_ARGUMENT);
    }

    static RestException missing(String name) {
        return new RestException(
                MISSING_PARAMETER, "missing required parameters, error: '" + name + "' is not given", StandardErrorCode.MISSING_ARGUMENT);
    }

    static RestException wrongRow(String message) {
        return new RestException(
                WRONG_ROW, "fail to deal the insert data, error: " + message, StandardErrorCode.SCHEMA_MISMATCH);
    }

    static RestException invalid(String message) {
        return new RestException(
                INVALID_PARAMETER, "invalid parameter: " + message, StandardErrorCode.INVALID_ARGUMENT);
    }

    static RestException tooLarge(String message) {
        return new RestException(TOO_LARGE, message, StandardErrorCode.ARGUMENT_TOO_LARGE);
    }

    static RestException of(RefusedException refusal) {
        return new RestException(refusal.isSignedIn() ? NOT_PERMITTED : NOT_AUTHENTICATED, refusal.text(), null);
    }

    /** What the door says. */
    static RestException refused(ElanusException error) {
        String message = String.valueOf(error.getMessage());
        if (error.code() == StandardErrorCode.UNAUTHENTICATED) {
            return new RestException(NOT_AUTHENTICATED, message, null);
        }
        return error.code() == StandardErrorCode.PERMISSION_DENIED
                ? new RestException(NOT_PERMITTED, message, null)
                : of(WireStatus.of(error, Map.of(), ""));
    }

    static RestException unimplemented(String what) {
        return new RestException(UNIMPLEMENTED, what + " is not implemented by this server", StandardErrorCode.UNSUPPORTED);
    }
}
