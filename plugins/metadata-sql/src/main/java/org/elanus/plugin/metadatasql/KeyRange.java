package org.elanus.plugin.metadatasql;

import org.jspecify.annotations.Nullable;

/** The end of a range of keys. */
final class KeyRange {

    private KeyRange() {}

    /**
     * The smallest text, by code points, that is larger than everything with the prefix; null when nothing is. A range
     * has no wildcards: {@code %} and {@code _} mean themselves.
     */
    static @Nullable String end(String prefix) {
        int length = prefix.length();
        while (length > 0) {
            int last = prefix.codePointBefore(length);
            int start = length - Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                int next = last + 1;
                if (next == Character.MIN_SURROGATE) {
                    next = Character.MAX_SURROGATE + 1;
                }
                return prefix.substring(0, start) + Character.toString(next);
            }
            length = start;
        }
        return null;
    }
}
