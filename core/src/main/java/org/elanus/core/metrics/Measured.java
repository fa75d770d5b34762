package org.elanus.core.metrics;

import org.jspecify.annotations.Nullable;

/** What happened, beside how long it took. */
sealed interface Measured {

    /** @param collection null for calls that are not shown by collection */
    record Call(Operation operation, @Nullable MeteredCollection collection) implements Measured {}

    record Failed(Operation operation, String errorType) implements Measured {}

    record Indexed(MeteredCollection collection, String indexType, String status) implements Measured {}

    record Removed(String label) implements Measured {}
}
