package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;

/** The elements of one row's array. Reused from row to row; for one thread. */
final class Elements {

    private enum Kind {
        MISSING,
        OTHER,
        ARRAY
    }

    private final List<DynamicValue> values = new ArrayList<>();
    private Kind kind = Kind.MISSING;
    private int size;

    /** Nothing is known. */
    void setMissing() {
        kind = Kind.MISSING;
        size = 0;
    }

    /** There is no array, but known to be none. */
    void setOther() {
        kind = Kind.OTHER;
        size = 0;
    }

    /** Starts an array. */
    void clear() {
        kind = Kind.ARRAY;
        size = 0;
    }

    /** The next element, to be filled. */
    DynamicValue add() {
        if (size == values.size()) {
            values.add(new DynamicValue());
        }
        return values.get(size++);
    }

    boolean isMissing() {
        return kind == Kind.MISSING;
    }

    boolean isArray() {
        return kind == Kind.ARRAY;
    }

    int size() {
        return size;
    }

    DynamicValue get(int position) {
        return values.get(position);
    }
}
