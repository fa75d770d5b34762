package org.elanus.core.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;
import org.elanus.spi.config.Secret;
import org.jspecify.annotations.Nullable;

/**
 * One setting that a record declares.
 *
 * @param path the whole key, such as {@code segment.seal-size}
 * @param type null when configuration cannot hold the component's type
 */
record Component(
        String path,
        String name,
        @Nullable ValueType type,
        @Nullable String defaultText,
        @Nullable String min,
        @Nullable String max,
        boolean secret,
        String documentation,
        Class<?> rawType) {

    static List<Component> of(String prefix, Class<? extends Record> record) {
        List<Component> components = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            Key key = component.getAnnotation(Key.class);
            Default defaultValue = component.getAnnotation(Default.class);
            Range range = component.getAnnotation(Range.class);
            Doc doc = component.getAnnotation(Doc.class);
            String name = key == null ? hyphenate(component.getName()) : key.value();
            components.add(new Component(
                    prefix + "." + name,
                    component.getName(),
                    ValueType.of(component),
                    defaultValue == null ? null : defaultValue.value(),
                    range == null || range.min().isEmpty() ? null : range.min(),
                    range == null || range.max().isEmpty() ? null : range.max(),
                    component.isAnnotationPresent(Secret.class),
                    doc == null ? "" : doc.value(),
                    component.getType()));
        }
        return components;
    }

    /** The environment variable that sets it. */
    String variable() {
        return variable(path);
    }

    static String variable(String path) {
        return "ELANUS_" + path.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** {@code between 1 and 9}, {@code at least 1}, {@code at most 9}, or nothing. */
    String range() {
        if (min != null && max != null) {
            return "between " + min + " and " + max;
        }
        return min != null ? "at least " + min : max != null ? "at most " + max : "";
    }

    private static String hyphenate(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
