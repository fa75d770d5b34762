package org.elanus.core.config;

import java.util.List;

/**
 * A value as somebody wrote it.
 *
 * @param values one text, or the texts of a list
 * @param list whether it was written as a list
 * @param origin where it was written, such as {@code elanus.yaml:12}
 * @param source what kind of place that is; a later source wins over an earlier one
 */
record Setting(List<String> values, boolean list, String origin, Source source) {

    /** Where a value comes from, weakest first. */
    enum Source {
        FILE,
        ENVIRONMENT,
        COMMAND_LINE
    }

    Setting {
        values = List.copyOf(values);
    }

    static Setting of(String value, String origin, Source source) {
        return new Setting(List.of(value), false, origin, source);
    }
}
