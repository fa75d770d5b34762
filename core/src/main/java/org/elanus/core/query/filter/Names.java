package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.Token;
import org.elanus.core.query.filter.FilterGrammarParser.ReferenceContext;
import org.elanus.core.query.filter.FilterGrammarParser.SubscriptContext;
import org.elanus.core.query.filter.Operand.FieldValue;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/** Finds what names stand for: a field, a place in a JSON field, or a key of the dynamic field. */
final class Names {

    private static final Set<String> LATER_FUNCTIONS = Set.of(
            "json_contains", "json_contains_all", "json_contains_any", "array_contains", "array_contains_all",
            "array_contains_any", "array_length", "text_match", "phrase_match", "random_sample", "empty",
            "starts_with", "st_equals", "st_touches", "st_overlaps", "st_crosses", "st_contains", "st_intersects",
            "st_within", "st_dwithin");

    private final CollectionSchema schema;
    private final FilterError error;

    Names(CollectionSchema schema, FilterError error) {
        this.schema = schema;
        this.error = error;
    }

    Operand resolve(ReferenceContext reference) {
        Token name = reference.getStart();
        FieldSchema field = schema.find(name.getText()).orElse(null);
        List<Object> path = path(reference);
        if (field == null) {
            FieldSchema dynamic = dynamicField(name);
            path.addFirst(name.getText());
            return new JsonValue(dynamic, path);
        }
        if (field.type() == DataType.JSON) {
            return new JsonValue(field, path);
        }
        if (field.type().isVector()) {
            throw error.at(name, "field '%s' is a vector and cannot stand in a filter", field.name());
        }
        if (field.type() == DataType.ARRAY) {
            throw error.at(name, "field '%s' is of type ARRAY, which filters do not support", field.name());
        }
        if (!path.isEmpty()) {
            throw error.at(name, "field '%s' of type %s has no parts; only JSON has", field.name(), field.type());
        }
        return new FieldValue(field);
    }

    private FieldSchema dynamicField(Token name) {
        FieldSchema dynamic = schema.find(FieldSchema.DYNAMIC_NAME).orElse(null);
        if (dynamic == null || name.getText().startsWith("$")) {
            throw error.at(
                    name,
                    "field '%s' does not exist; fields are %s",
                    FilterError.shorten(name.getText()),
                    schema.fields().stream().map(FieldSchema::name).toList());
        }
        return dynamic;
    }

    private List<Object> path(ReferenceContext reference) {
        List<Object> path = new ArrayList<>();
        for (SubscriptContext subscript : reference.subscript()) {
            if (subscript.STRING() != null) {
                path.add(Literals.string(subscript.STRING().getSymbol(), false, error));
                continue;
            }
            Token digits = subscript.INTEGER().getSymbol();
            long position = Literals.integer(digits, false, error);
            if (position > Integer.MAX_VALUE) {
                throw error.at(digits, "position %d is too large", position);
            }
            path.add((int) position);
        }
        return path;
    }

    /** {@code is null}. */
    Predicate isNull(@Nullable ReferenceContext reference, Token token) {
        if (reference == null || reference.arguments() != null) {
            throw error.at(token, "'is null' needs a field or a JSON path before it");
        }
        return resolve(reference) instanceof JsonValue json
                ? new Predicate.IsMissing(json)
                : new Predicate.IsNull(schema.field(reference.getStart().getText()));
    }

    Predicate exists(ReferenceContext reference) {
        if (reference.arguments() != null || !(resolve(reference) instanceof JsonValue json)) {
            throw error.at(
                    reference.getStart(), "'exists' needs a JSON path, not '%s'", reference.getStart().getText());
        }
        return Predicate.not(new Predicate.IsMissing(json));
    }

    ElanusException unknownFunction(ReferenceContext reference) {
        String name = reference.getStart().getText();
        return LATER_FUNCTIONS.contains(name.toLowerCase(java.util.Locale.ROOT))
                ? error.at(reference.getStart(), "the function %s is not supported", name)
                : error.at(reference.getStart(), "the function %s does not exist", FilterError.shorten(name));
    }
}
