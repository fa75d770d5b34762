package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.Token;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.query.filter.FilterGrammarParser.ReferenceContext;
import org.elanus.core.query.filter.FilterGrammarParser.SubscriptContext;
import org.elanus.core.query.filter.Operand.ArrayElement;
import org.elanus.core.query.filter.Operand.ArrayField;
import org.elanus.core.query.filter.Operand.FieldValue;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.jspecify.annotations.Nullable;

/** Finds what names stand for: a field, a place in a JSON field, or a key of the dynamic field. */
final class Names {

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
        if (field != null) {
            CollectionEntry.requireLoaded(field);
        } else {
            FieldSchema dynamic = dynamicField(name);
            CollectionEntry.requireLoaded(dynamic);
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
            if (path.isEmpty()) {
                return new ArrayField(field);
            }
            if (path.size() == 1 && path.getFirst() instanceof Integer position) {
                return new ArrayElement(field, position);
            }
            throw error.at(
                    name,
                    "an element of ARRAY field '%s' is named by one position, such as %s[0]",
                    field.name(),
                    field.name());
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
        Operand value = resolve(reference);
        return value.isDynamic()
                ? new Predicate.IsMissing(value)
                : new Predicate.IsNull(schema.field(reference.getStart().getText()));
    }

    Predicate exists(ReferenceContext reference) {
        if (reference.arguments() != null || !(resolve(reference) instanceof JsonValue json)) {
            throw error.at(
                    reference.getStart(),
                    "'exists' needs a JSON path, not '%s'",
                    reference.getStart().getText());
        }
        return Predicate.not(new Predicate.IsMissing(json));
    }
}
