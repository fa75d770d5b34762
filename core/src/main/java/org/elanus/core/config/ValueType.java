package org.elanus.core.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.elanus.core.registry.Suggestion;
import org.elanus.spi.config.DataSize;
import org.jspecify.annotations.Nullable;

/**
 * The type of a configuration value: reads it from text and names it for people.
 *
 * @param type the type of one value
 * @param list whether the component is a {@code List} of it
 * @param optional whether the component is an {@code Optional} of it
 */
record ValueType(Class<?> type, boolean list, boolean optional) {

    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");
    private static final List<Class<?>> SCALARS = List.of(
            boolean.class,
            int.class,
            long.class,
            double.class,
            Boolean.class,
            Integer.class,
            Long.class,
            Double.class,
            String.class,
            Duration.class,
            DataSize.class,
            Path.class);

    /** The type of a component, or null when configuration cannot hold it. */
    static @Nullable ValueType of(RecordComponent component) {
        return of(component.getGenericType());
    }

    private static @Nullable ValueType of(Type type) {
        if (type instanceof Class<?> plain) {
            return SCALARS.contains(plain) || plain.isEnum() ? new ValueType(plain, false, false) : null;
        }
        if (type instanceof ParameterizedType generic) {
            ValueType inner = of(generic.getActualTypeArguments()[0]);
            if (generic.getRawType() == List.class && inner != null && inner.type == String.class) {
                return inner.list || inner.optional ? null : new ValueType(String.class, true, false);
            }
            if (generic.getRawType() == Optional.class && inner != null && !inner.optional) {
                return new ValueType(inner.type, inner.list, true);
            }
        }
        return null;
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException saying what is accepted; the message does not hold the text
     */
    Object parse(String text) {
        String value = text.strip();
        if (type == String.class) {
            return text;
        } else if (type == boolean.class || type == Boolean.class) {
            return parseBoolean(value);
        } else if (type == int.class || type == Integer.class) {
            return (int) parseWhole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (type == long.class || type == Long.class) {
            return parseWhole(value, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (type == double.class || type == Double.class) {
            return parseDouble(value);
        } else if (type == Duration.class) {
            return parseDuration(value);
        } else if (type == DataSize.class) {
            return parseSize(value);
        } else if (type == Path.class) {
            return parsePath(value);
        }
        return parseEnum(value);
    }

    /** The texts of a list: as written, or separated by commas. */
    static List<String> split(Setting setting) {
        if (setting.list()) {
            return setting.values();
        }
        List<String> parts = new ArrayList<>();
        for (String part : setting.values().getFirst().split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    /** For the reference page. */
    String describe() {
        String name;
        if (type.isEnum()) {
            name = "one of " + String.join(", ", constants());
        } else if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            name = "whole number";
        } else if (type == double.class || type == Double.class) {
            name = "number";
        } else if (type == boolean.class || type == Boolean.class) {
            name = "true or false";
        } else if (type == DataSize.class) {
            name = "size";
        } else if (type == String.class) {
            name = "text";
        } else {
            name = type.getSimpleName().toLowerCase(Locale.ROOT);
        }
        return list ? "list of " + name : name;
    }

    private static boolean parseBoolean(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    private static long parseWhole(String value, long min, long max) {
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("must be a whole number between " + min + " and " + max);
    }

    private static double parseDouble(String value) {
        try {
            double number = Double.parseDouble(value);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("must be a number, such as 0.5");
    }

    private static Duration parseDuration(String value) {
        try {
            Matcher matcher = DURATION.matcher(value.toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                long amount = Long.parseLong(matcher.group(1));
                return switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    case "h" -> Duration.ofHours(amount);
                    default -> Duration.ofDays(amount);
                };
            }
            Duration duration = Duration.parse(value);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("must be a duration such as 250ms, 10s, 5m, 2h, 1d or PT1M30S");
    }

    private static DataSize parseSize(String value) {
        try {
            return DataSize.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be a size such as 512, 64KiB, 512MiB or 2GiB", e);
        }
    }

    private static Path parsePath(String value) {
        try {
            if (!value.isEmpty()) {
                return Path.of(value);
            }
        } catch (InvalidPathException e) {
            // said below
        }
        throw new IllegalArgumentException("must be a path");
    }

    private Object parseEnum(String value) {
        for (Object constant : type.getEnumConstants()) {
            if (name(constant).equalsIgnoreCase(value)
                    || ((Enum<?>) constant).name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
                "must be one of " + String.join(", ", constants()) + Suggestion.didYouMean(value, constants()));
    }

    private List<String> constants() {
        return Arrays.stream(type.getEnumConstants()).map(ValueType::name).collect(Collectors.toList());
    }

    private static String name(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
