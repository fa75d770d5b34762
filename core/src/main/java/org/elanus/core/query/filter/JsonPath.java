package org.elanus.core.query.filter;

import java.util.List;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** A place in a JSON field or in the dynamic field. Immutable, safe for use by many threads. */
public final class JsonPath {

    private final JsonValue value;

    private JsonPath(JsonValue value) {
        this.value = value;
    }

    /**
     * Reads a path as filters write it, such as {@code meta["author"]}, or a key of the dynamic field.
     *
     * @throws ElanusException FIELD_NOT_FOUND, or INVALID_ARGUMENT when it is no path into JSON
     */
    public static JsonPath of(String text, CollectionSchema schema) {
        int bracket = text.indexOf('[');
        String name = bracket < 0 ? text : text.substring(0, bracket);
        FieldSchema field = schema.find(name).orElse(null);
        if (field == null) {
            FieldSchema dynamic = schema.find(FieldSchema.DYNAMIC_NAME)
                    .orElseThrow(() -> new ElanusException(
                            StandardErrorCode.FIELD_NOT_FOUND,
                            "field " + FilterError.shorten(name) + " not found in schema; fields are "
                                    + schema.fields().stream()
                                            .map(FieldSchema::name)
                                            .toList()));
            CollectionEntry.requireLoaded(dynamic);
            if (bracket < 0) {
                return new JsonPath(new JsonValue(dynamic, List.of(name)));
            }
        } else if (bracket < 0) {
            return new JsonPath(new JsonValue(field, List.of()));
        }
        String condition = "exists " + text;
        FilterError error = new FilterError(condition);
        Predicate exists = new FilterPlanner(schema, java.util.Map.of(), error)
                .plan(FilterSyntax.parse(condition, error));
        if (exists instanceof Predicate.Not(Predicate.IsMissing(JsonValue value))) {
            return new JsonPath(value);
        }
        throw ElanusException.invalid("%s is no path into JSON", FilterError.shorten(text));
    }

    /** Reads the values of a chunk's rows. For one thread. */
    public Texts bind(RowChunk chunk) {
        JsonPathReader reader =
                new JsonPathReader((VariableColumn) chunk.column(value.field().name()), value.path());
        DynamicValue read = new DynamicValue();
        return place -> {
            reader.load(place, read);
            return switch (read.kind) {
                case LONG -> Long.toString(read.number);
                case DOUBLE ->
                    Numbers.isLong(read.real) ? Long.toString((long) read.real) : Double.toString(read.real);
                case BOOLEAN -> Boolean.toString(read.bool);
                case TEXT -> read.text;
                case MISSING, ABSENT, OTHER -> null;
            };
        };
    }

    /** The values of a chunk's rows as texts. */
    @FunctionalInterface
    public interface Texts {

        /** Null where the path leads to nothing, to null, or to an object or an array. */
        @Nullable
        String text(int place);
    }
}
