package org.elanus.spi.error;

/** The error codes that core, endpoints and plugins share. */
public enum StandardErrorCode implements ErrorCode {
    INVALID_ARGUMENT(ErrorCategory.USER),
    MISSING_ARGUMENT(ErrorCategory.USER),
    ARGUMENT_TOO_LARGE(ErrorCategory.USER),
    ILLEGAL_SCHEMA(ErrorCategory.USER),
    SCHEMA_MISMATCH(ErrorCategory.USER),
    COLLECTION_NOT_FOUND(ErrorCategory.USER),
    COLLECTION_NOT_LOADED(ErrorCategory.USER),
    COLLECTION_LIMIT(ErrorCategory.RESOURCE),
    PARTITION_NOT_FOUND(ErrorCategory.USER),
    PARTITION_NOT_LOADED(ErrorCategory.USER),
    INDEX_NOT_FOUND(ErrorCategory.USER),
    INDEX_NOT_SUPPORTED(ErrorCategory.USER),
    DATABASE_NOT_FOUND(ErrorCategory.USER),
    DATABASE_INVALID_NAME(ErrorCategory.USER),
    DATABASE_LIMIT(ErrorCategory.RESOURCE),
    ALIAS_NOT_FOUND(ErrorCategory.USER),
    /** The alias has the name of a collection. */
    ALIAS_NAME_CONFLICT(ErrorCategory.USER),
    ALIAS_EXISTS(ErrorCategory.USER),
    FIELD_NOT_FOUND(ErrorCategory.USER),
    UNAUTHENTICATED(ErrorCategory.USER),
    PERMISSION_DENIED(ErrorCategory.USER),
    RATE_LIMITED(ErrorCategory.RETRYABLE),
    QUOTA_EXCEEDED(ErrorCategory.RESOURCE),
    MEMORY_LIMIT(ErrorCategory.RESOURCE),
    DISK_FULL(ErrorCategory.RESOURCE),
    NOT_READY(ErrorCategory.RETRYABLE),
    TIMEOUT(ErrorCategory.RETRYABLE),
    CANCELLED(ErrorCategory.USER),
    UNSUPPORTED(ErrorCategory.USER),
    /** A condition of a metadata transaction or a put-if-absent did not hold. */
    CONFLICT(ErrorCategory.RETRYABLE),
    FENCED(ErrorCategory.FENCED),
    CLOSED(ErrorCategory.INTERNAL),
    IO_FAILURE(ErrorCategory.INTERNAL),
    /** A checksum, magic number, version or reference in persisted data is wrong. */
    CORRUPT(ErrorCategory.INTERNAL),
    CONFIGURATION_INVALID(ErrorCategory.USER),
    PLUGIN_FAILED(ErrorCategory.INTERNAL),
    /** Another process holds what this one needs, such as the data directory or a port. */
    ALREADY_IN_USE(ErrorCategory.USER),
    INTERNAL(ErrorCategory.INTERNAL);

    private final ErrorCategory category;

    StandardErrorCode(ErrorCategory category) {
        this.category = category;
    }

    @Override
    public ErrorCategory category() {
        return category;
    }
}
