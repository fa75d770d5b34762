package org.elanus.core.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes one record from settings, collecting everything that is wrong instead of stopping at the first. */
final class Binding {

    static final String MASK = "******";

    private final Map<String, Setting> settings;
    private final References references;
    private final List<String> problems = new ArrayList<>();
    private final List<String> effective = new ArrayList<>();
    private final List<String> secrets = new ArrayList<>();

    Binding(Map<String, Setting> settings, References references) {
        this.settings = settings;
        this.references = references;
    }

    List<String> problems() {
        return problems;
    }

    /** One line a setting with its value (secrets masked) and origin. */
    List<String> effective() {
        return effective;
    }

    /**
     * The record. A wrong value is reported and its default stands in for it, so that the remaining ones are checked
     * too; null when there is no default for it.
     */
    <C extends Record> @Nullable C bind(String prefix, Class<C> type, List<Component> components) {
        Object[] values = new Object[components.size()];
        boolean complete = true;
        for (int i = 0; i < values.length; i++) {
            Object value = value(components.get(i));
            complete &= value != null;
            if (value != null) {
                values[i] = value;
            }
        }
        return complete ? construct(prefix, type, components, values, problems.isEmpty()) : null;
    }

    private @Nullable Object value(Component component) {
        ValueType type = component.type();
        if (type == null) {
            problems.add("%s: the plugin declares it with the type %s, which configuration cannot hold"
                    .formatted(component.path(), component.rawType().getSimpleName()));
            return null;
        }
        Setting setting = settings.get(component.path());
        Object value = setting == null ? null : fromSetting(component, type, setting);
        if (value == null) {
            String text = component.defaultText();
            if (text != null) {
                value = fromDefault(component, type, text);
            } else if (type.optional()) {
                value = Optional.empty();
            } else if (setting == null) {
                problems.add("%s is missing: set it in the configuration file or by %s%s"
                        .formatted(component.path(), component.variable(), sentence(component.documentation())));
            }
        }
        if (setting == null && value != null) {
            show(component, component.defaultText() == null ? "" : component.defaultText(), "default");
        }
        return value;
    }

    private @Nullable Object fromSetting(Component component, ValueType type, Setting setting) {
        boolean referenced = setting.values().stream().anyMatch(References::present);
        boolean hidden = component.secret() || referenced;
        try {
            List<String> texts = new ArrayList<>();
            for (String text : type.list() ? ValueType.split(setting) : setting.values()) {
                texts.add(referenced ? references.resolve(text) : text);
            }
            if (hidden) {
                secrets.addAll(texts);
            }
            if (setting.list() && !type.list()) {
                throw new IllegalArgumentException("must be one value, not a list");
            }
            Object value = parse(component, type, texts);
            show(
                    component,
                    referenced ? String.join(", ", setting.values()) : String.join(", ", texts),
                    setting.origin());
            return value;
        } catch (IllegalArgumentException e) {
            String shown = hidden ? MASK : "'" + String.join(", ", setting.values()) + "'";
            problems.add("%s = %s (%s): %s".formatted(component.path(), shown, setting.origin(), e.getMessage()));
            return null;
        }
    }

    private @Nullable Object fromDefault(Component component, ValueType type, String text) {
        try {
            Setting setting = Setting.of(text, "default", Setting.Source.FILE);
            return parse(component, type, type.list() ? ValueType.split(setting) : List.of(text));
        } catch (IllegalArgumentException e) {
            problems.add(
                    "%s: the declared default '%s' is wrong: %s".formatted(component.path(), text, e.getMessage()));
            return null;
        }
    }

    private static Object parse(Component component, ValueType type, List<String> texts) {
        Object value;
        if (type.list()) {
            value = List.copyOf(texts);
        } else {
            value = type.parse(texts.getFirst());
            checkRange(component, type, value);
        }
        return type.optional() ? Optional.of(value) : value;
    }

    private static void checkRange(Component component, ValueType type, Object value) {
        if (!inRange(type, value, component.min(), 1) || !inRange(type, value, component.max(), -1)) {
            throw new IllegalArgumentException("must be " + component.range());
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // both sides come from the same ValueType
    private static boolean inRange(ValueType type, Object value, @Nullable String bound, int sign) {
        if (bound == null || !(value instanceof Comparable)) {
            return true;
        }
        return Integer.signum(((Comparable) value).compareTo(type.parse(bound))) != -sign;
    }

    private <C extends Record> @Nullable C construct(
            String prefix, Class<C> type, List<Component> components, Object[] values, boolean report) {
        try {
            Class<?>[] types = components.stream().map(Component::rawType).toArray(Class<?>[]::new);
            Constructor<C> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            // With an earlier problem a default stands in for a value, and what the record says of it misleads.
            if (report) {
                Throwable cause = e.getCause();
                problems.add(prefix + ": " + masked(String.valueOf(cause == null ? e : cause.getMessage())));
            }
            return null;
        } catch (ReflectiveOperationException | RuntimeException e) {
            problems.add("%s: the record %s cannot be made from %s: %s"
                    .formatted(
                            prefix,
                            type.getName(),
                            Arrays.toString(
                                    components.stream().map(Component::name).toArray()),
                            e));
            return null;
        }
    }

    private String masked(String message) {
        String result = message;
        for (String secret : secrets) {
            if (!secret.isEmpty()) {
                result = result.replace(secret, MASK);
            }
        }
        return result;
    }

    private void show(Component component, String text, String origin) {
        String shown = component.secret() && !text.isEmpty() ? MASK : text;
        effective.add(component.path() + " = " + shown + " (" + origin + ")");
    }

    private static String sentence(String documentation) {
        return documentation.isEmpty() ? "" : ". " + documentation;
    }
}
