package org.elanus.spi.auth;

import java.util.Optional;

/**
 * What an authoriser says.
 *
 * @param reason why it is denied, for the security log and never for the caller; empty when allowed
 * @param rowFilter in the filter language; only rows that pass it are there for the caller, on every read and delete.
 *     Empty for all rows. It has effect on data of collections alone
 */
public record Decision(boolean allowed, String reason, Optional<String> rowFilter) {

    public Decision {
        if (rowFilter.filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("a row filter without text would show all rows; leave it out to mean that");
        }
    }

    /** Allowed, with all rows. */
    public static final Decision ALLOWED = new Decision(true, "", Optional.empty());

    public static Decision denied(String reason) {
        return new Decision(false, reason, Optional.empty());
    }

    /** Allowed, with the rows that pass the filter. */
    public static Decision allowed(String rowFilter) {
        return new Decision(true, "", Optional.of(rowFilter));
    }
}
