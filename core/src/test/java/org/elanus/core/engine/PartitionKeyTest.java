package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.database.SearchResult;
import org.elanus.spi.error.ElanusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartitionKeyTest {

    private static final int ROWS = 200;
    private static final int TENANTS = 20;
    private static final int PARTITIONS = 8;

    @TempDir
    private Path temporary;

    private TestDatabase data;

    @BeforeEach
    void open() {
        data = new TestDatabase(temporary).open();
    }

    @AfterEach
    void close() {
        data.close();
    }

    /** Row i belongs to tenant i % 20; half of the rows are sealed. */
    private void fill(DataType keyType, Map<String, String> properties) {
        FieldSchema key = new FieldSchema(
                0,
                "tenant",
                "",
                keyType,
                null,
                false,
                false,
                false,
                true,
                false,
                false,
                null,
                keyType == DataType.VARCHAR ? Map.of("max_length", "20") : Map.of());
        data.database()
                .createCollection(
                        TestDatabase.CALL,
                        new CollectionSpec(
                                "keyed",
                                new CollectionSchema(
                                        "",
                                        List.of(
                                                FieldSchema.primaryKey("id", DataType.INT64, false),
                                                key,
                                                FieldSchema.vector("vector", DataType.FLOAT_VECTOR, 2)),
                                        false),
                                2,
                                PARTITIONS,
                                Consistency.Level.STRONG,
                                properties));
        data.database().createIndex(TestDatabase.CALL, "keyed", new IndexSpec("vector", "", "FLAT", "L2", Map.of()));
        data.database().load(TestDatabase.CALL, "keyed", List.of());
        insert(keyType, 0, ROWS / 2);
        data.flush("keyed");
        insert(keyType, ROWS / 2, ROWS);
    }

    private void insert(DataType keyType, int from, int to) {
        long[] ids = new long[to - from];
        long[] numbers = new long[ids.length];
        List<String> texts = new ArrayList<>();
        float[] vectors = new float[2 * ids.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = from + i;
            numbers[i] = ids[i] % TENANTS;
            texts.add("t" + numbers[i]);
            vectors[2 * i] = ids[i];
        }
        data.database()
                .insert(
                        TestDatabase.CALL,
                        new InsertRequest(
                                "keyed",
                                "",
                                new ColumnBatch(
                                        ids.length,
                                        Map.of(
                                                "id",
                                                Columns.longs(ids),
                                                "tenant",
                                                keyType == DataType.VARCHAR
                                                        ? Columns.strings(DataType.VARCHAR, texts)
                                                        : Columns.longs(numbers),
                                                "vector",
                                                Columns.floatVectors(2, vectors))),
                                0));
    }

    private static SearchRequest search(String filter) {
        return new SearchRequest(
                "keyed",
                List.of(),
                "",
                Columns.floatVectors(2, 0, 0),
                ROWS,
                0,
                Filter.of(filter),
                List.of(),
                "",
                Map.of(),
                -1,
                false,
                Consistency.DEFAULT);
    }

    /** Query, count and search find exactly the rows of the tenants that pass; @return segments that were looked at */
    private int check(String filter, LongPredicate tenantPasses) {
        TreeSet<Long> expected = new TreeSet<>();
        for (long id = 0; id < ROWS; id++) {
            if (tenantPasses.test(id % TENANTS)) {
                expected.add(id);
            }
        }
        FixedColumn ids = (FixedColumn) data.database()
                .query(TestDatabase.CALL, QueryRequest.of("keyed", filter, "id"))
                .rows()
                .column("id");
        TreeSet<Long> queried = new TreeSet<>();
        for (int row = 0; row < ids.rows(); row++) {
            queried.add(ids.getLong(row));
        }
        assertThat(queried).as(filter).isEqualTo(expected);
        SearchResult hits = data.database().search(TestDatabase.CALL, search(filter));
        assertThat(hits.scores()).as(filter).hasSize(expected.size());
        return data.database()
                .explain(TestDatabase.CALL, ExplainRequest.of("keyed", Filter.of(filter)))
                .segments()
                .size();
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"INT64", "VARCHAR"})
    void onlyThePartitionsOfTheKeysInTheFilterAreRead(DataType keyType) {
        fill(keyType, Map.of());
        boolean text = keyType == DataType.VARCHAR;
        int all = check("id >= 0", tenant -> true);
        int one = check(text ? "tenant == 't3'" : "tenant == 3", tenant -> tenant == 3);
        assertThat(one).isPositive().isLessThanOrEqualTo(all / PARTITIONS + 2);
        assertThat(check(text ? "tenant in ['t3', 't4']" : "tenant in [3, 4]", tenant -> tenant == 3 || tenant == 4))
                .isLessThan(all);
        assertThat(check(
                        text ? "tenant == 't3' or tenant == 't9'" : "tenant == 3 or tenant == 9",
                        tenant -> tenant == 3 || tenant == 9))
                .isLessThan(all);
        check(text ? "tenant == 't3' or id < 0" : "tenant == 3 or id < 0", tenant -> tenant == 3);
        check(text ? "not (tenant == 't3')" : "not (tenant == 3)", tenant -> tenant != 3);
        check(text ? "tenant != 't3' and id >= 0" : "tenant != 3 and id >= 0", tenant -> tenant != 3);
        check(text ? "tenant == 't3' and tenant == 't4'" : "tenant == 3 and tenant == 4", tenant -> false);
        check(text ? "tenant == 'nobody'" : "tenant == 77", tenant -> false);
        data.restart();
        check(text ? "tenant == 't7' and id >= 0" : "tenant == 7 and id >= 0", tenant -> tenant == 7);
    }

    @Test
    void isolatedKeysAreSearchedOneAtATime() {
        fill(DataType.VARCHAR, Map.of("partitionkey.isolation", "true"));
        assertThat(data.database()
                        .search(TestDatabase.CALL, search("tenant == 't3' and id < 100"))
                        .scores())
                .hasSize(100 / TENANTS);
        for (String filter :
                List.of("", "id < 5", "tenant in ['t3', 't4']", "tenant == 't3' or id == 1", "tenant > 't3'")) {
            assertThatThrownBy(() -> data.database().search(TestDatabase.CALL, search(filter)))
                    .as(filter)
                    .isInstanceOf(ElanusException.class)
                    .hasMessageContaining("tenant")
                    .hasMessageContaining("isolation");
        }
        assertThat(data.database()
                        .query(TestDatabase.CALL, QueryRequest.of("keyed", "id < 5", "id"))
                        .rows()
                        .rows())
                .isEqualTo(5);
        data.database()
                .alterCollection(TestDatabase.CALL, "keyed", Map.of("partitionkey.isolation", "false"), List.of());
        assertThat(data.database().search(TestDatabase.CALL, search("id < 5")).scores())
                .hasSize(5);
    }

    @Test
    void isolationNeedsAPartitionKey() {
        Map<String, String> isolation = Map.of("partitionkey.isolation", "true");
        assertThatThrownBy(() -> data.create("plain", 1, isolation))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining("no partition key field");
        data.create("plain");
        assertThatThrownBy(() -> data.database().alterCollection(TestDatabase.CALL, "plain", isolation, List.of()))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining("no partition key field");
    }
}
