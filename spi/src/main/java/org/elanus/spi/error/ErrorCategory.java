package org.elanus.spi.error;

/** Who can do something about an error. */
public enum ErrorCategory {
    /** The request is wrong; sending it again unchanged fails again. */
    USER,
    /** The request may succeed later, unchanged. */
    RETRYABLE,
    /** Memory, disk, quota or another bounded resource is used up. */
    RESOURCE,
    /** This process lost ownership of what it wanted to write. Permanent for the handle that reports it. */
    FENCED,
    /** A fault of Elanus, of a plugin or of the machine. */
    INTERNAL
}
