package org.elanus.core.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A collection, or what stands for several, as labels name it. Safe for use by many threads. */
final class MeteredCollection {

    private final String label;
    private final Map<MeteredOperation, Measured.Call> calls = new ConcurrentHashMap<>();
    private volatile boolean removed;

    MeteredCollection(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** The same object for each operation, so that measuring makes no garbage. */
    Measured.Call call(MeteredOperation operation) {
        Measured.Call call = calls.get(operation);
        return call == null ? calls.computeIfAbsent(operation, made -> new Measured.Call(made, this)) : call;
    }

    void remove() {
        removed = true;
    }

    /** A call that was under way while its collection was dropped must not bring its label back. */
    boolean isRemoved() {
        return removed;
    }
}
