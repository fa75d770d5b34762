package org.elanus.core.index.scalar;

import org.elanus.spi.error.ElanusException;

/** How terms and rows are laid out. The number is persisted and never reused. */
enum ScalarKind {
    /** Terms one after the other, a list of rows for each: short ones plain, long ones as Roaring bitmaps. */
    INVERTED(1),
    /** As INVERTED, but a Roaring bitmap for every term. */
    BITMAP(2),
    /** Terms one after the other, and the rows in the order of their values. */
    STL_SORT(3),
    /** Texts as a tree of their common beginnings, rows as INVERTED has them. */
    TRIE(4);

    private final int number;

    ScalarKind(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static ScalarKind ofNumber(int number) {
        for (ScalarKind kind : values()) {
            if (kind.number == number) {
                return kind;
            }
        }
        throw ElanusException.corrupt("no kind of scalar index has the number %d", number);
    }
}
