package org.elanus.spi.database;

import java.util.Map;

/**
 * A filter in the filter language with values for its {@code {name}} templates: Boolean, Long, Double, String, or a
 * List of these.
 *
 * @param text empty for every row
 */
public record Filter(String text, Map<String, Object> parameters) {

    public static final Filter NONE = new Filter("", Map.of());

    public Filter {
        parameters = Map.copyOf(parameters);
    }

    public static Filter of(String text) {
        return new Filter(text, Map.of());
    }

    public boolean isEmpty() {
        return text.isBlank();
    }
}
