package org.elanus.core.query.naive;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** By what hits are grouped. */
public final class Groups {

    /** What can be grouped by: fields of {@link Data}, places in JSON, keys of the dynamic field. */
    public static final List<String> NAMES =
            List.of("id", "i8", "i16", "i32", "i64", "yes", "sure", "s", "t", "meta[\"a\"]", "a", "$meta['é']");

    private Groups() {}

    /** A Long, Boolean or String; null for the group of nulls. */
    public static @Nullable Object of(String name, Map<String, Object> row) {
        Expression place = switch (name) {
            case "meta[\"a\"]" -> new Expression.Json("meta", false, List.of("a"), name);
            case "a" -> new Expression.Json("$meta", true, List.of("a"), name);
            case "$meta['é']" -> new Expression.Json("$meta", true, List.of("é"), name);
            default -> new Expression.Field(name, false);
        };
        Object value = place.value(row);
        if (!(place instanceof Expression.Json)) {
            return value;
        }
        return switch (value) {
            case null -> null;
            case Double number when number == Math.rint(number) && Math.abs(number) < 0x1p63 ->
                Long.toString((long) (double) number);
            case Double number when number == -0x1p63 -> Long.toString(Long.MIN_VALUE);
            case Number number -> number.toString();
            case Boolean truth -> truth.toString();
            case String text -> text;
            default -> null;
        };
    }
}
