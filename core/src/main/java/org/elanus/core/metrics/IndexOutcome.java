package org.elanus.core.metrics;

import java.util.Locale;

/** What came of an operation on an index: the status in labels. */
public enum IndexOutcome {
    CREATED,
    CREATE_FAILED,
    DROPPED,
    DROP_FAILED,
    BUILT,
    BUILD_FAILED;

    private final String label = name().toLowerCase(Locale.ROOT);

    String label() {
        return label;
    }
}
