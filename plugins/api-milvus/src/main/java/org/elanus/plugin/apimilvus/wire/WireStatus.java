package org.elanus.plugin.apimilvus.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.elanus.milvus.proto.ErrorCode;
import org.elanus.milvus.proto.Status;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** The one place where errors become the protocol's {@code Status}. */
@SuppressWarnings("deprecation") // clients still read the old error_code beside the new code
public final class WireStatus {

    /** What clients know as success. */
    public static final Status SUCCESS = Status.getDefaultInstance();

    /** For calls that this server does not have. */
    private static final int UNIMPLEMENTED = 10;

    private static final int UNEXPECTED = 65535;

    private WireStatus() {}

    /**
     * The status of a failed call.
     *
     * @param subjects names that the request gave, by {@code database}, {@code collection}, {@code partition},
     *     {@code index}, {@code alias}; client test suites look for them in the form {@code kind[key=name]}
     * @param requestId stands in the reason of an unexpected error, whose own message stays in the log
     */
    public static Status of(Throwable error, Map<String, String> subjects, String requestId) {
        if (!(error instanceof ElanusException known)) {
            return Status.newBuilder()
                    .setCode(UNEXPECTED)
                    .setErrorCode(ErrorCode.UnexpectedError)
                    .setReason("unexpected error, see the server's log for request " + requestId)
                    .build();
        }
        Wire wire = wire(known.code());
        Status.Builder status = Status.newBuilder()
                .setCode(wire.code())
                .setErrorCode(wire.legacy())
                .setRetriable(wire.retriable())
                .setReason(reason(known, subjects));
        if (known.code().category() == ErrorCategory.USER) {
            status.putExtraInfo("is_input_error", "true");
        }
        return status.build();
    }

    /** The status of a call that this server does not have. */
    public static Status unimplemented(String call) {
        return Status.newBuilder()
                .setCode(UNIMPLEMENTED)
                .setErrorCode(ErrorCode.UnexpectedError)
                .setReason(call + " is not implemented by this server")
                .build();
    }

    private record Wire(int code, ErrorCode legacy, boolean retriable) {}

    private static Wire fixed(int code, ErrorCode legacy) {
        return new Wire(code, legacy, false);
    }

    private static Wire retriable(int code, ErrorCode legacy) {
        return new Wire(code, legacy, true);
    }

    private static Wire wire(org.elanus.spi.error.ErrorCode code) {
        if (!(code instanceof StandardErrorCode standard)) {
            return switch (code.category()) {
                case USER -> fixed(1100, ErrorCode.IllegalArgument);
                case RETRYABLE, FENCED -> retriable(2, ErrorCode.UnexpectedError);
                case RESOURCE -> retriable(12, ErrorCode.UnexpectedError);
                case INTERNAL -> fixed(5, ErrorCode.UnexpectedError);
            };
        }
        return switch (standard) {
            case INVALID_ARGUMENT, CONFIGURATION_INVALID -> fixed(1100, ErrorCode.IllegalArgument);
            case MISSING_ARGUMENT -> fixed(1101, ErrorCode.IllegalArgument);
            case ARGUMENT_TOO_LARGE -> fixed(1102, ErrorCode.IllegalArgument);
            case COLLECTION_NOT_FOUND -> fixed(100, ErrorCode.CollectionNotExists);
            case COLLECTION_NOT_LOADED -> fixed(101, ErrorCode.UnexpectedError);
            case COLLECTION_LIMIT -> fixed(102, ErrorCode.UnexpectedError);
            case ILLEGAL_SCHEMA -> fixed(105, ErrorCode.UnexpectedError);
            case SCHEMA_MISMATCH -> fixed(109, ErrorCode.SchemaMismatch);
            case PARTITION_NOT_FOUND -> fixed(200, ErrorCode.MetaFailed);
            case PARTITION_NOT_LOADED -> fixed(201, ErrorCode.UnexpectedError);
            case INDEX_NOT_FOUND -> fixed(700, ErrorCode.IndexNotExist);
            case INDEX_NOT_SUPPORTED -> fixed(701, ErrorCode.UnexpectedError);
            case DATABASE_NOT_FOUND -> fixed(800, ErrorCode.UnexpectedError);
            case DATABASE_LIMIT -> fixed(801, ErrorCode.UnexpectedError);
            case DATABASE_INVALID_NAME -> fixed(802, ErrorCode.UnexpectedError);
            case ALIAS_NOT_FOUND -> fixed(1600, ErrorCode.UnexpectedError);
            case ALIAS_NAME_CONFLICT -> fixed(1601, ErrorCode.UnexpectedError);
            case ALIAS_EXISTS -> fixed(1602, ErrorCode.UnexpectedError);
            case FIELD_NOT_FOUND -> fixed(1700, ErrorCode.UnexpectedError);
            case UNAUTHENTICATED -> fixed(1400, ErrorCode.UnexpectedError);
            case PERMISSION_DENIED -> fixed(1401, ErrorCode.UnexpectedError);
            case RATE_LIMITED -> retriable(8, ErrorCode.RateLimit);
            case QUOTA_EXCEEDED -> fixed(9, ErrorCode.ForceDeny);
            case MEMORY_LIMIT -> fixed(3, ErrorCode.InsufficientMemoryToLoad);
            case DISK_FULL -> fixed(7, ErrorCode.DiskQuotaExhausted);
            case NOT_READY -> retriable(1, ErrorCode.NotReadyServe);
            case CONFLICT, FENCED, CLOSED -> retriable(2, ErrorCode.UnexpectedError);
            case TIMEOUT -> fixed(10001, ErrorCode.UnexpectedError);
            case CANCELLED -> fixed(10000, ErrorCode.UnexpectedError);
            case UNSUPPORTED -> fixed(3000, ErrorCode.UnexpectedError);
            case IO_FAILURE -> fixed(1001, ErrorCode.UnexpectedError);
            case CORRUPT, PLUGIN_FAILED, ALREADY_IN_USE, INTERNAL -> fixed(5, ErrorCode.UnexpectedError);
        };
    }

    /** Puts the shape that clients look for before a message that lacks it. */
    private static String reason(ElanusException error, Map<String, String> subjects) {
        String message = error.getMessage() == null ? error.code().name() : error.getMessage();
        if (!(error.code() instanceof StandardErrorCode standard)) {
            return message;
        }
        String shape = switch (standard) {
            case COLLECTION_NOT_FOUND -> shape("can't find collection", subjects, "database", "collection");
            case COLLECTION_NOT_LOADED -> shape("collection not loaded", subjects, "collection");
            case PARTITION_NOT_FOUND -> shape("partition not found", subjects, "partition");
            case PARTITION_NOT_LOADED -> shape("partition not loaded", subjects, "partition");
            case INDEX_NOT_FOUND -> shape("index not found", subjects, "collection", "index");
            case DATABASE_NOT_FOUND -> shape("database not found", subjects, "database");
            case ALIAS_NOT_FOUND -> shape("alias not found", subjects, "database", "alias");
            default -> null;
        };
        return shape == null || message.startsWith(shape) ? message : shape + ": " + message;
    }

    private static @Nullable String shape(String what, Map<String, String> subjects, String... keys) {
        List<String> parts = new ArrayList<>();
        for (String key : keys) {
            String name = subjects.get(key);
            if (name != null) {
                parts.add("[" + key + "=" + name + "]");
            }
        }
        return parts.isEmpty() ? null : what + String.join("", parts);
    }
}
