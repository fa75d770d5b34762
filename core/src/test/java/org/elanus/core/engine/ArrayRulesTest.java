package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.elanus.core.engine.TestDatabase.CALL;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elanus.spi.database.ArrayValues;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays that are none of their field are refused, whoever writes them, and nothing of them is stored. */
class ArrayRulesTest {

    @TempDir
    private Path temporary;

    private TestDatabase data;

    @BeforeEach
    void open() {
        data = new TestDatabase(temporary).open();
        data.database()
                .createCollection(
                        CALL,
                        new CollectionSpec(
                                "c",
                                new CollectionSchema(
                                        "",
                                        List.of(
                                                FieldSchema.primaryKey("id", DataType.INT64, false),
                                                FieldSchema.vector("vector", DataType.FLOAT_VECTOR, 2),
                                                array("tags", DataType.VARCHAR),
                                                array("shorts", DataType.INT16),
                                                array("flags", DataType.BOOL),
                                                array("floats", DataType.FLOAT),
                                                array("doubles", DataType.DOUBLE)),
                                        false),
                                1,
                                0,
                                Consistency.Level.STRONG,
                                Map.of()));
        data.database().createIndex(CALL, "c", new IndexSpec("vector", "", "FLAT", "L2", Map.of()));
        data.database().load(CALL, "c", List.of());
    }

    @AfterEach
    void close() {
        data.close();
    }

    private static FieldSchema array(String name, DataType element) {
        return new FieldSchema(
                0,
                name,
                "",
                DataType.ARRAY,
                element,
                false,
                false,
                true,
                false,
                false,
                false,
                null,
                element == DataType.VARCHAR
                        ? Map.of("max_capacity", "3", "max_length", "4")
                        : Map.of("max_capacity", "3"));
    }

    private static InsertRequest request(String field, byte[] second) {
        Map<String, Column> columns = new HashMap<>();
        columns.put("id", Columns.longs(1, 2));
        columns.put("vector", Columns.floatVectors(2, 0, 0, 1, 1));
        columns.put(field, Columns.bytes(DataType.ARRAY, List.of(new byte[0], second)));
        return new InsertRequest("c", "", new ColumnBatch(2, columns), 0);
    }

    private void refuses(String field, byte[] value, String... named) {
        for (boolean upsert : List.of(false, true)) {
            assertThatThrownBy(() -> {
                        if (upsert) {
                            data.database().upsert(CALL, request(field, value));
                        } else {
                            data.database().insert(CALL, request(field, value));
                        }
                    })
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                    .hasMessageContainingAll("'" + field + "'", "row 1")
                    .hasMessageContainingAll(named);
        }
        assertThat(data.count("c")).isZero();
    }

    @Test
    void bytesThatAreNoArrayAreRefused() {
        refuses("tags", ArrayValues.ofLongs(DataType.INT32, 1, 1_000_000), "8 bytes", "VARCHAR");
        refuses("tags", ArrayValues.ofLongs(DataType.INT32, 1, 0, 1_000_000), "12 bytes", "VARCHAR");
        refuses("shorts", new byte[3], "3 bytes", "INT16");
        refuses("flags", new byte[] {1, 2}, "2 bytes", "BOOL");
    }

    @Test
    void moreElementsThanTheCapacityAreRefused() {
        refuses("shorts", new byte[8], "4 elements", "0 to 3");
        refuses("tags", ArrayValues.ofStrings(List.of("", "", "", "")), "4 elements", "0 to 3");
    }

    @Test
    void elementsLongerThanTheMaximumInBytesAreRefused() {
        refuses("tags", ArrayValues.ofStrings(List.of("a", "ééé")), "element 1", "6 bytes", "0 to 4");
    }

    @Test
    void elementsThatAreNotFiniteAreRefused() {
        for (double wrong : List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)) {
            refuses("floats", ArrayValues.ofDoubles(DataType.FLOAT, 0, wrong), "element 1", "NaN");
            refuses("doubles", ArrayValues.ofDoubles(DataType.DOUBLE, 0, 1, wrong), "element 2", "NaN");
        }
    }

    @Test
    void arraysAtTheLimitsAreStored() {
        data.database().upsert(CALL, request("tags", ArrayValues.ofStrings(List.of("éé", "", "abcd"))));
        data.database().upsert(CALL, request("shorts", ArrayValues.ofLongs(DataType.INT16, -32_768, 0, 32_767)));
        data.database().upsert(CALL, request("flags", ArrayValues.ofLongs(DataType.BOOL, 1, 0, 1)));
        data.database().upsert(CALL, request("floats", ArrayValues.ofDoubles(DataType.FLOAT, Float.MAX_VALUE, 0, -0.0)));
        data.database().upsert(CALL, request("doubles", ArrayValues.ofDoubles(DataType.DOUBLE, Double.MIN_VALUE)));
        assertThat(data.count("c")).isEqualTo(2);
        assertThat(data.database()
                        .query(CALL, QueryRequest.of("c", "array_length(doubles) == 1", "id"))
                        .rows()
                        .rows())
                .isEqualTo(1);
    }
}
