package org.elanus.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SchemaRulesTest extends CatalogTestBase {

    private static FieldSchema field(
            String name, DataType type, String flags, @Nullable Object defaultValue, String... parameters) {
        Map<String, String> map = new java.util.HashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            map.put(parameters[i], parameters[i + 1]);
        }
        DataType elementType = map.containsKey("element") ? DataType.valueOf(map.remove("element")) : null;
        return new FieldSchema(
                0,
                name,
                "",
                type,
                elementType,
                flags.contains("P"),
                flags.contains("A"),
                flags.contains("N"),
                flags.contains("K"),
                flags.contains("C"),
                flags.contains("D"),
                defaultValue,
                map);
    }

    private static FieldSchema scalar(String name, DataType type, String flags) {
        return field(name, type, flags, null);
    }

    @Test
    void idsBeginAt100AndTheDynamicFieldIsLast() {
        CollectionSchema complete = SchemaRules.complete(new CollectionSchema("d", List.of(key(), vector()), true));
        assertThat(complete.fields()).extracting(FieldSchema::id).containsExactly(100L, 101L, 102L);
        FieldSchema dynamic = complete.fields().getLast();
        assertThat(dynamic.name()).isEqualTo("$meta");
        assertThat(dynamic.type()).isEqualTo(DataType.JSON);
        assertThat(dynamic.dynamic()).isTrue();
        assertThat(SchemaRules.complete(schema(key(), vector())).fields()).hasSize(2);
    }

    @Test
    void completedSchemaMayBeCompletedAgain() {
        CollectionSchema complete = SchemaRules.complete(new CollectionSchema("", List.of(key(), vector()), true));
        assertThat(SchemaRules.complete(complete)).isEqualTo(complete);
    }

    static Stream<Arguments> illegal() {
        FieldSchema key = key();
        FieldSchema vector = vector();
        StandardErrorCode invalid = StandardErrorCode.INVALID_ARGUMENT;
        StandardErrorCode illegal = StandardErrorCode.ILLEGAL_SCHEMA;
        StandardErrorCode missing = StandardErrorCode.MISSING_ARGUMENT;
        FieldSchema text = FieldSchema.varchar("t", 10);
        return Stream.of(
                arguments(missing, "no fields", List.of()),
                arguments(missing, "primary key is not specified", List.of(vector)),
                arguments(
                        illegal,
                        "more than one primary key, field name = id, b",
                        List.of(key, scalar("b", DataType.INT64, "P"), vector)),
                arguments(
                        illegal,
                        "data type of primary key should be Int64 or VarChar",
                        List.of(scalar("id", DataType.INT32, "P"), vector)),
                arguments(illegal, "'id' cannot be nullable", List.of(scalar("id", DataType.INT64, "PN"), vector)),
                arguments(
                        illegal, "cannot have a default value", List.of(field("id", DataType.INT64, "P", 1L), vector)),
                arguments(
                        illegal,
                        "only the primary field can specify AutoID",
                        List.of(key, vector, scalar("a", DataType.INT64, "A"))),
                arguments(illegal, "does not contain vector field", List.of(key)),
                arguments(invalid, "duplicated field name: 'vector'", List.of(key, vector, vector)),
                arguments(invalid, "'$meta' is reserved", List.of(key, vector, scalar("$meta", DataType.JSON, ""))),
                arguments(invalid, "'RowID' is reserved", List.of(key, vector, scalar("RowID", DataType.INT64, ""))),
                arguments(
                        invalid,
                        "'Timestamp' is reserved",
                        List.of(key, vector, scalar("Timestamp", DataType.INT64, ""))),
                arguments(
                        invalid,
                        "first character of a field name must be an underscore or letter",
                        List.of(key, vector, scalar("1a", DataType.INT64, ""))),
                arguments(
                        invalid,
                        "can only contain numbers, letters and underscores",
                        List.of(key, vector, scalar("a-b", DataType.INT64, ""))),
                arguments(
                        invalid,
                        "field name should not be empty",
                        List.of(key, vector, scalar("", DataType.INT64, ""))),
                arguments(
                        invalid,
                        "1 to 255 bytes, not 256",
                        List.of(key, vector, scalar("a".repeat(256), DataType.INT64, ""))),
                arguments(missing, "dimension is not defined", List.of(key, scalar("v", DataType.FLOAT_VECTOR, ""))),
                arguments(
                        invalid,
                        "invalid dimension: 1 of field v. should be in range 2 ~ 32768",
                        List.of(key, FieldSchema.vector("v", DataType.FLOAT_VECTOR, 1))),
                arguments(
                        invalid,
                        "should be in range 2 ~ 32768",
                        List.of(key, FieldSchema.vector("v", DataType.FLOAT_VECTOR, 32_769))),
                arguments(
                        invalid,
                        "must be a whole number, not 'eight'",
                        List.of(key, field("v", DataType.FLOAT_VECTOR, "", null, "dim", "eight"))),
                arguments(
                        invalid,
                        "should be multiple of 8",
                        List.of(key, FieldSchema.vector("v", DataType.BINARY_VECTOR, 12))),
                arguments(
                        invalid,
                        "should be in range 8 ~ 262144",
                        List.of(key, FieldSchema.vector("v", DataType.BINARY_VECTOR, 262_152))),
                arguments(
                        illegal,
                        "dim should not be specified for sparse",
                        List.of(key, FieldSchema.vector("v", DataType.SPARSE_FLOAT_VECTOR, 8))),
                arguments(
                        illegal,
                        "element type GEOMETRY of array field 'a' is not supported",
                        List.of(key, vector, field("a", DataType.ARRAY, "", null, "element", "GEOMETRY"))),
                arguments(
                        missing,
                        "type param(max_length) should be specified for the field(s)",
                        List.of(key, vector, scalar("s", DataType.VARCHAR, ""))),
                arguments(
                        invalid,
                        "should be in [1, 65535], but got 0",
                        List.of(key, vector, FieldSchema.varchar("s", 0))),
                arguments(invalid, "but got 65536", List.of(key, vector, FieldSchema.varchar("s", 65_536))),
                arguments(
                        missing,
                        "needs an element type",
                        List.of(key, vector, field("a", DataType.ARRAY, "", null, "max_capacity", "4"))),
                arguments(
                        illegal,
                        "element type JSON",
                        List.of(
                                key,
                                vector,
                                field("a", DataType.ARRAY, "", null, "element", "JSON", "max_capacity", "4"))),
                arguments(
                        missing,
                        "type param(max_capacity)",
                        List.of(key, vector, field("a", DataType.ARRAY, "", null, "element", "INT32"))),
                arguments(
                        invalid,
                        "should be in [1, 4096], but got 4097",
                        List.of(
                                key,
                                vector,
                                field("a", DataType.ARRAY, "", null, "element", "INT32", "max_capacity", "4097"))),
                arguments(
                        missing,
                        "type param(max_length)",
                        List.of(
                                key,
                                vector,
                                field("a", DataType.ARRAY, "", null, "element", "VARCHAR", "max_capacity", "4"))),
                arguments(
                        illegal,
                        "more than one partition key, field name = p, q",
                        List.of(key, vector, scalar("p", DataType.INT64, "K"), scalar("q", DataType.INT64, "K"))),
                arguments(
                        illegal,
                        "partition key should be Int64 or VarChar",
                        List.of(key, vector, scalar("p", DataType.INT32, "K"))),
                arguments(
                        illegal,
                        "partition key field 'p' cannot be nullable",
                        List.of(key, vector, scalar("p", DataType.INT64, "KN"))),
                arguments(illegal, "must not be primary field", List.of(scalar("id", DataType.INT64, "PK"), vector)),
                arguments(
                        illegal,
                        "clustering key 'j' cannot be of type JSON",
                        List.of(key, vector, scalar("j", DataType.JSON, "C"))),
                arguments(
                        illegal,
                        "more than one clustering key",
                        List.of(key, vector, scalar("p", DataType.INT64, "C"), scalar("q", DataType.INT64, "C"))),
                arguments(illegal, "cannot be dynamic", List.of(key, vector, scalar("d", DataType.JSON, "D"))),
                arguments(
                        illegal,
                        "a whole number from -128 to 127",
                        List.of(key, vector, field("n", DataType.INT8, "", 128L))),
                arguments(illegal, "true or false", List.of(key, vector, field("n", DataType.BOOL, "", 1L))),
                arguments(illegal, "a finite number", List.of(key, vector, field("n", DataType.FLOAT, "", 1e39))),
                arguments(
                        illegal, "a finite number", List.of(key, vector, field("n", DataType.DOUBLE, "", Double.NaN))),
                arguments(
                        illegal,
                        "the length (11) of the default value exceeds max length (10)",
                        List.of(key, vector, with(text, "äääää1", text.parameters()))),
                arguments(illegal, "it must be a text", List.of(key, vector, with(text, 5L, text.parameters()))),
                arguments(
                        illegal,
                        "of type JSON cannot have a default value",
                        List.of(key, vector, field("j", DataType.JSON, "", "{}"))),
                arguments(
                        illegal,
                        "of type FLOAT_VECTOR cannot have a default value",
                        List.of(key, field("v", DataType.FLOAT_VECTOR, "", 1.0, "dim", "8"))));
    }

    @ParameterizedTest
    @MethodSource
    void illegal(StandardErrorCode code, String message, List<FieldSchema> fields) {
        assertFails(code, () -> SchemaRules.complete(new CollectionSchema("", fields, false)), message);
    }

    @Test
    void everyTypeIsAccepted() {
        List<FieldSchema> fields = new ArrayList<>(List.of(FieldSchema.primaryKey("id", DataType.VARCHAR, true)));
        for (DataType type : DataType.values()) {
            String name = type.name().toLowerCase(java.util.Locale.ROOT);
            fields.add(
                    switch (type) {
                        case VARCHAR -> FieldSchema.varchar(name, 65_535);
                        case ARRAY ->
                            field(
                                    name,
                                    type,
                                    "N",
                                    null,
                                    "element",
                                    "VARCHAR",
                                    "max_capacity",
                                    "4096",
                                    "max_length",
                                    "9");
                        case SPARSE_FLOAT_VECTOR -> scalar(name, type, "");
                        case BINARY_VECTOR -> FieldSchema.vector(name, type, 262_144);
                        case FLOAT_VECTOR -> FieldSchema.vector(name, type, 32_768);
                        case FLOAT16_VECTOR, BFLOAT16_VECTOR, INT8_VECTOR -> FieldSchema.vector(name, type, 2);
                        default -> scalar(name, type, "N");
                    });
        }
        assertThat(SchemaRules.complete(new CollectionSchema("", fields, true)).fields())
                .hasSize(fields.size() + 1);
    }

    @Test
    void defaultsOfTheRightTypeAreAccepted() {
        CollectionSchema complete = SchemaRules.complete(schema(
                key(),
                vector(),
                field("b", DataType.BOOL, "N", true),
                field("i", DataType.INT8, "", -128L),
                field("l", DataType.INT64, "", Long.MIN_VALUE),
                field("f", DataType.FLOAT, "", 1.5),
                field("d", DataType.DOUBLE, "", -1e300),
                with(FieldSchema.varchar("t", 5), "ääx", Map.of("max_length", "5"))));
        assertThat(complete.field("l").defaultValue()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void fieldsAreLimited() {
        List<FieldSchema> fields = new ArrayList<>(List.of(key(), vector()));
        while (fields.size() < 64) {
            fields.add(scalar("f" + fields.size(), DataType.INT64, ""));
        }
        SchemaRules.complete(new CollectionSchema("", fields, true));
        fields.add(scalar("one_more", DataType.INT64, ""));
        assertInvalid(() -> SchemaRules.complete(new CollectionSchema("", fields, false)), "limited to 64, not 65");

        List<FieldSchema> vectors = new ArrayList<>(List.of(key()));
        for (int i = 0; i < 10; i++) {
            vectors.add(FieldSchema.vector("v" + i, DataType.FLOAT_VECTOR, 4));
        }
        SchemaRules.complete(new CollectionSchema("", vectors, false));
        vectors.add(FieldSchema.vector("v10", DataType.FLOAT_VECTOR, 4));
        assertInvalid(() -> SchemaRules.complete(new CollectionSchema("", vectors, false)), "limited to 10, not 11");
    }

    @Test
    void descriptionIsLimited() {
        SchemaRules.complete(new CollectionSchema("d".repeat(1024), List.of(key(), vector()), false));
        assertInvalid(
                () -> SchemaRules.complete(new CollectionSchema("d".repeat(1025), List.of(key(), vector()), false)),
                "1025 bytes; allowed are 0 to 1024");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "_", "_1", "Zz_09", "\u0061"})
    void plainNamesAreAccepted(String name) {
        NameRules.collection(name);
        NameRules.alias(name);
        NameRules.database(name);
        NameRules.index(name);
        NameRules.partition(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "-", "a b", "a.b", "a/b", "ä", "a\n", "$a", "a%", "名前"})
    void otherNamesAreRefused(String name) {
        assertInvalid(() -> NameRules.collection(name), "collection name");
        assertInvalid(() -> NameRules.alias(name), "collection alias name");
        assertFails(StandardErrorCode.DATABASE_INVALID_NAME, () -> NameRules.database(name), "database name");
    }

    @Test
    void partitionNamesMayHoldHyphensAndBeginWithDigits() {
        NameRules.partition("2026-11-20");
        assertInvalid(() -> NameRules.partition("-a"), "underscore or letter or digit");
        assertInvalid(() -> NameRules.partition("a b"), "partition name");
    }
}
