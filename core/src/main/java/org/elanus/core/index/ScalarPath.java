package org.elanus.core.index;

import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;

/**
 * Reads the path of an index into a JSON field, as filters write it: {@code meta["author"]["age"]}, {@code
 * meta['list'][0]}, or {@code color["name"]} for a key of the dynamic field.
 */
final class ScalarPath {

    private final String text;
    private int at;

    private ScalarPath(String text) {
        this.text = text;
    }

    /** @return String keys and Integer positions; empty for the whole field */
    static List<Object> parse(String field, String text) {
        ScalarPath reader = new ScalarPath(text.strip());
        List<Object> path = new ArrayList<>();
        String name = reader.name();
        if (!name.equals(field)) {
            if (!field.equals(FieldSchema.DYNAMIC_NAME) || name.isEmpty()) {
                throw ElanusException.invalid(
                        "json_path '%s' must begin with the field's name, such as %s[\"key\"]", text, field);
            }
            path.add(name);
        }
        while (reader.at < reader.text.length()) {
            path.add(reader.subscript());
        }
        return List.copyOf(path);
    }

    private String name() {
        int end = text.indexOf('[');
        at = end < 0 ? text.length() : end;
        return text.substring(0, at).strip();
    }

    private Object subscript() {
        expect('[');
        char first = peek();
        Object step = first == '"' || first == '\'' ? string(first) : position();
        expect(']');
        return step;
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw wrong();
        }
        at++;
    }

    private ElanusException wrong() {
        return ElanusException.invalid(
                "json_path '%s' cannot be read at character %d; it is written as field[\"key\"][0]", text, at + 1);
    }

    private String string(char quote) {
        at++;
        StringBuilder key = new StringBuilder();
        while (peek() != quote) {
            if (peek() == '\\') {
                at++;
            }
            if (at >= text.length()) {
                throw wrong();
            }
            key.append(text.charAt(at++));
        }
        at++;
        return key.toString();
    }

    private Integer position() {
        int begin = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        if (at == begin || at - begin > 9) {
            throw wrong();
        }
        return Integer.valueOf(text.substring(begin, at));
    }
}
