package org.elanus.spi.database;

import java.util.Map;
import java.util.Objects;

/**
 * A filter in the filter language with values for its {@code {name}} templates: Boolean, Long, Double, String, or a
 * List of these.
 *
 * @param text empty for every row
 * @param required a further filter that rows must pass, whatever the text says; read apart from the text, so that no
 *     text can end it. Empty for none. The door sets it; elsewhere it has no meaning but to narrow
 */
public record Filter(String text, Map<String, Object> parameters, String required) {

    public static final Filter NONE = new Filter("", Map.of());

    public Filter {
        Objects.requireNonNull(required);
        parameters = Map.copyOf(parameters);
    }

    public Filter(String text, Map<String, Object> parameters) {
        this(text, parameters, "");
    }

    public static Filter of(String text) {
        return new Filter(text, Map.of());
    }

    /** Whether there is no text; rows may be required to pass a filter nevertheless. */
    public boolean isEmpty() {
        return text.isBlank();
    }

    /** Of the same text, for rows that pass this filter too. */
    public Filter requiring(String filter) {
        return new Filter(text, parameters, required.isEmpty() ? filter : "(" + required + ") and (" + filter + ")");
    }
}
