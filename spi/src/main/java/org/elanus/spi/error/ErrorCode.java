package org.elanus.spi.error;

/**
 * A stable, named kind of error. Plugins declare an enum {@code XErrorCode implements ErrorCode}; what is common stands
 * in {@link StandardErrorCode}. Endpoints map codes to their wire protocol in one place.
 */
public interface ErrorCode {

    /** The stable name, in upper case with underscores. */
    String name();

    /** Who can do something about it. */
    ErrorCategory category();
}
