package org.elanus.core.query.naive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Writes constants as filter text in one of the ways that the language has, or as a template. */
final class Writer {

    private final SplittableRandom random;
    private final Map<String, Object> templates;

    /** @param templates is given the values of the templates that are written */
    Writer(SplittableRandom random, Map<String, Object> templates) {
        this.random = random;
        this.templates = templates;
    }

    Expression.Constant constant(Object value) {
        if (random.nextInt(8) == 0) {
            return new Expression.Constant(value, template(value), 1);
        }
        if (value instanceof Long number && random.nextInt(12) == 0 && Math.abs(number / 2) < 1L << 61) {
            long half = number / 2;
            return new Expression.Constant(number, "(" + literal(half) + " + " + literal(number - half) + ")", 1);
        }
        if (value instanceof Long number && number > 1 && Long.bitCount(number) == 1 && random.nextInt(3) == 0) {
            return new Expression.Constant(number, "2 ** " + Long.numberOfTrailingZeros(number), 3);
        }
        String text = literal(value);
        return random.nextInt(10) == 0
                ? new Expression.Constant(value, "(" + text + ")", 1)
                : new Expression.Constant(value, text, text.startsWith("-") ? 4 : 1);
    }

    String template(Object value) {
        String name = "p" + templates.size();
        templates.put(name, value);
        return "{" + name + "}";
    }

    String list(List<?> values) {
        if (random.nextInt(8) == 0) {
            return template(values);
        }
        List<String> texts = new ArrayList<>();
        for (Object value : values) {
            texts.add(
                    value instanceof List<?> inner
                            ? list(inner)
                            : random.nextInt(12) == 0 ? template(value) : literal(value));
        }
        return "[" + String.join(random.nextBoolean() ? ", " : ",", texts) + "]";
    }

    String literal(Object value) {
        return switch (value) {
            case Long number -> (number < 0 ? "-" : "") + digits(number);
            case Double number -> {
                double size = Math.abs(number);
                String text = random.nextInt(4) == 0 ? Double.toHexString(size) : Double.toString(size);
                yield (Double.doubleToRawLongBits(number) < 0 ? "-" : "") + text;
            }
            case Boolean truth -> pick(truth ? List.of("true", "True", "TRUE") : List.of("false", "False", "FALSE"));
            default -> string((String) value, c -> escaped(c, List.of()));
        };
    }

    private String digits(long number) {
        return switch (random.nextInt(8)) {
            case 0 -> "0x" + (number < 0 ? Long.toHexString(-number) : Long.toHexString(number));
            case 1 -> "0" + Long.toOctalString(Math.abs(number));
            case 2 -> "0b" + Long.toBinaryString(Math.abs(number));
            default -> number < 0 ? Long.toString(number).substring(1) : Long.toString(number);
        };
    }

    /** The pattern of a like. */
    String pattern(List<Integer> pieces) {
        if (random.nextInt(8) == 0) {
            StringBuilder raw = new StringBuilder();
            for (int piece : pieces) {
                switch (piece) {
                    case Expression.Like.RUN -> raw.append('%');
                    case Expression.Like.CHARACTER -> raw.append('_');
                    case '%', '_', '\\' -> raw.append('\\').appendCodePoint(piece);
                    default -> raw.appendCodePoint(piece);
                }
            }
            return template(raw.toString());
        }
        char quote = random.nextBoolean() ? '"' : '\'';
        StringBuilder text = new StringBuilder().append(quote);
        for (int piece : pieces) {
            text.append(
                    switch (piece) {
                        case Expression.Like.RUN -> "%";
                        case Expression.Like.CHARACTER -> "_";
                        case '%', '_' -> (random.nextBoolean() ? "\\" : "\\\\") + (char) piece;
                        case '\\' -> "\\\\\\\\";
                        default -> escaped(piece, List.of(quote));
                    });
        }
        return text.append(quote).toString();
    }

    /** How a character is written. */
    private interface Escaping {
        String of(int character);
    }

    private String string(String value, Escaping escaping) {
        char quote = random.nextBoolean() ? '"' : '\'';
        StringBuilder text = new StringBuilder().append(quote);
        value.codePoints().forEach(c -> text.append(c == quote ? "\\" + quote : escaping.of(c)));
        return text.append(quote).toString();
    }

    private String escaped(int c, List<Character> quotes) {
        boolean must = c == '\\' || c < ' ' || quotes.contains((char) c);
        if (!must && random.nextInt(6) > 0) {
            return Character.toString(c);
        }
        if (c == '\n') {
            return "\\n";
        }
        if (c == '\\' && random.nextBoolean()) {
            return "\\\\";
        }
        if (c < 256 && random.nextBoolean()) {
            return random.nextBoolean() ? "\\x%02x".formatted(c) : "\\%03o".formatted(c);
        }
        return c < 0x10000 ? "\\u%04X".formatted(c) : "\\U%08x".formatted(c);
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
