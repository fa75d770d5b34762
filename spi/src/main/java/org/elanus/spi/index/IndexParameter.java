package org.elanus.spi.index;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of an index type.
 *
 * @param name as users write it, such as {@code efConstruction}
 * @param kind how its text is read
 * @param min smallest number, inclusive; not used for TEXT and BOOL
 * @param max largest number, inclusive; not used for TEXT and BOOL
 * @param defaultValue used when it is not given; null when the type derives one
 * @param allowed the accepted texts of TEXT; empty for any
 * @param doc one sentence
 */
public record IndexParameter(
        String name,
        Kind kind,
        double min,
        double max,
        @Nullable String defaultValue,
        List<String> allowed,
        String doc) {

    /** How a parameter's text is read. */
    public enum Kind {
        INTEGER,
        REAL,
        BOOL,
        TEXT
    }

    public IndexParameter {
        allowed = List.copyOf(allowed);
    }

    public static IndexParameter integer(String name, long min, long max, @Nullable String defaultValue, String doc) {
        return new IndexParameter(name, Kind.INTEGER, min, max, defaultValue, List.of(), doc);
    }

    public static IndexParameter text(String name, List<String> allowed, @Nullable String defaultValue, String doc) {
        return new IndexParameter(name, Kind.TEXT, 0, 0, defaultValue, allowed, doc);
    }
}
