package org.elanus.core.metrics;

import org.jspecify.annotations.Nullable;

/** What happened, beside how long it took. */
sealed interface Measured {

    /** @param collection null for calls that are not shown by collection */
    record Call(MeteredOperation operation, @Nullable MeteredCollection collection) implements Measured {}

    record Failed(MeteredOperation operation, String errorType) implements Measured {}

    record Indexed(MeteredCollection collection, String indexType, String status) implements Measured {}

    record Removed(String label) implements Measured {}
}
