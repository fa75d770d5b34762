package org.elanus.core.index;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elanus.core.registry.Suggestion;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.IndexParameter;
import org.jspecify.annotations.Nullable;

/** Checks texts against the parameters of an index type. */
final class IndexParameters {

    private IndexParameters() {}

    /** The given parameters, checked, and the defaults of those not given; an unknown one is refused. */
    static Map<String, String> check(String type, List<IndexParameter> known, Map<String, String> given) {
        List<String> names = known.stream().map(IndexParameter::name).toList();
        for (String name : given.keySet()) {
            if (!names.contains(name)) {
                throw ElanusException.invalid(
                        "index type %s has no parameter '%s'; %s%s",
                        type,
                        name,
                        names.isEmpty() ? "it has none" : "it has " + String.join(", ", names),
                        Suggestion.didYouMean(name, names));
            }
        }
        Map<String, String> checked = new HashMap<>();
        for (IndexParameter parameter : known) {
            String value = given.containsKey(parameter.name()) ? given.get(parameter.name()) : parameter.defaultValue();
            if (value != null) {
                checked.put(parameter.name(), checkValue(type, parameter, value));
            }
        }
        return checked;
    }

    /** The value without surrounding blanks. */
    static String checkValue(String type, IndexParameter parameter, String text) {
        String value = text.strip();
        boolean fits = switch (parameter.kind()) {
            case INTEGER -> isInteger(value) && inRange(parameter, value);
            case REAL -> isReal(value) && inRange(parameter, value);
            case BOOL -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
            case TEXT -> parameter.allowed().isEmpty() || allowed(parameter, value) != null;
        };
        if (!fits) {
            throw ElanusException.invalid(
                    "parameter '%s' of index type %s must be %s, not '%s'",
                    parameter.name(), type, expected(parameter), value);
        }
        String canonical = parameter.kind() == IndexParameter.Kind.TEXT ? allowed(parameter, value) : null;
        return canonical == null ? value : canonical;
    }

    /** The allowed text that differs at most in case; null for none. */
    private static @Nullable String allowed(IndexParameter parameter, String value) {
        for (String text : parameter.allowed()) {
            if (text.equalsIgnoreCase(value)) {
                return text;
            }
        }
        return null;
    }

    private static String expected(IndexParameter parameter) {
        return switch (parameter.kind()) {
            case INTEGER -> "a whole number from %.0f to %.0f".formatted(parameter.min(), parameter.max());
            case REAL -> "a number from " + parameter.min() + " to " + parameter.max();
            case BOOL -> "true or false";
            case TEXT -> "one of " + String.join(", ", parameter.allowed());
        };
    }

    private static boolean inRange(IndexParameter parameter, String value) {
        double number = Double.parseDouble(value);
        return number >= parameter.min() && number <= parameter.max();
    }

    private static boolean isInteger(String value) {
        try {
            Long.parseLong(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isReal(String value) {
        try {
            return Double.isFinite(Double.parseDouble(value));
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
