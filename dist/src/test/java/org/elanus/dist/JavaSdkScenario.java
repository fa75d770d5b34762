package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.request.DescribeCollectionReq;
import io.milvus.v2.service.collection.request.DropCollectionReq;
import io.milvus.v2.service.collection.request.GetCollectionStatsReq;
import io.milvus.v2.service.collection.request.GetLoadStateReq;
import io.milvus.v2.service.collection.request.HasCollectionReq;
import io.milvus.v2.service.collection.request.LoadCollectionReq;
import io.milvus.v2.service.collection.request.ReleaseCollectionReq;
import io.milvus.v2.service.index.request.CreateIndexReq;
import io.milvus.v2.service.index.request.DescribeIndexReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.GetReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.UpsertReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import io.milvus.v2.service.vector.response.QueryResp;
import io.milvus.v2.service.vector.response.SearchResp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official Java SDK, unmodified, against the server as a process; every answer is compared with an exact one. What
 * the server stands on is configuration and changes nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JavaSdkScenario {

    private static final int ROWS = 10_000;
    private static final int BATCH = 1_000;

    private static Words words;

    private ServerProcess server;

    /** What the server is told on its command line. */
    abstract List<String> settings();

    @BeforeAll
    void start(@TempDir Path temporary) {
        words = Words.load(ROWS);
        server = ServerProcess.start(temporary.resolve("data"), settings().toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        assertThat(server.stop()).isZero();
    }

    @Test
    void quickCollectionAnswersExactly() {
        MilvusClientV2 client = server.connect();
        String name = "quick";
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(name)
                .dimension(Words.DIMENSION)
                .build());
        assertThat(client.hasCollection(
                        HasCollectionReq.builder().collectionName(name).build()))
                .isTrue();
        assertThat(client.listCollections().getCollectionNames()).contains(name);
        assertThat(client.getLoadState(
                        GetLoadStateReq.builder().collectionName(name).build()))
                .isTrue();

        insert(client, name);
        scenario(client, name, "word", "length");

        client.dropCollection(DropCollectionReq.builder().collectionName(name).build());
        assertThat(client.hasCollection(
                        HasCollectionReq.builder().collectionName(name).build()))
                .isFalse();
        client.close();
    }

    @Test
    void collectionWithExplicitSchemaAnswersExactly() {
        MilvusClientV2 client = server.connect();
        String name = "explicit";
        CreateCollectionReq.CollectionSchema schema = MilvusClientV2.CreateSchema();
        schema.addField(AddFieldReq.builder()
                .fieldName("id")
                .dataType(DataType.Int64)
                .isPrimaryKey(true)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("word")
                .dataType(DataType.VarChar)
                .maxLength(128)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("length")
                .dataType(DataType.Int16)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("vector")
                .dataType(DataType.FloatVector)
                .dimension(Words.DIMENSION)
                .build());
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(name)
                .collectionSchema(schema)
                .numShards(2)
                .build());
        assertThat(client.describeCollection(DescribeCollectionReq.builder()
                                .collectionName(name)
                                .build())
                        .getFieldNames())
                .containsExactly("id", "word", "length", "vector");
        insert(client, name);
        client.flush(FlushReq.builder().collectionNames(List.of(name)).build());
        client.createIndex(CreateIndexReq.builder()
                .collectionName(name)
                .indexParams(List.of(IndexParam.builder()
                        .fieldName("vector")
                        .indexType(IndexParam.IndexType.HNSW)
                        .metricType(IndexParam.MetricType.COSINE)
                        .extraParams(Map.of("M", 16, "efConstruction", 200))
                        .build()))
                .sync(true)
                .build());
        assertThat(client.describeIndex(DescribeIndexReq.builder()
                                .collectionName(name)
                                .fieldName("vector")
                                .build())
                        .getIndexDescByFieldName("vector")
                        .getIndexType())
                .isEqualTo(IndexParam.IndexType.HNSW);
        client.loadCollection(LoadCollectionReq.builder().collectionName(name).build());

        scenario(client, name, "word", "length");

        client.releaseCollection(
                ReleaseCollectionReq.builder().collectionName(name).build());
        assertThat(client.getLoadState(
                        GetLoadStateReq.builder().collectionName(name).build()))
                .isFalse();
        assertThatThrownBy(() -> count(client, name, "")).hasMessageContaining("not loaded");
        client.loadCollection(LoadCollectionReq.builder().collectionName(name).build());
        assertThat(count(client, name, "")).isEqualTo(ROWS);
        client.dropCollection(DropCollectionReq.builder().collectionName(name).build());
        client.close();
    }

    private static void insert(MilvusClientV2 client, String name) {
        for (int first = 0; first < ROWS; first += BATCH) {
            List<JsonObject> rows = new ArrayList<>();
            for (int row = first; row < first + BATCH; row++) {
                rows.add(row(row, words.vectors()[row]));
            }
            assertThat(client.insert(InsertReq.builder()
                                    .collectionName(name)
                                    .data(rows)
                                    .build())
                            .getInsertCnt())
                    .isEqualTo(BATCH);
        }
        assertThat(entities(client, name)).isEqualTo(ROWS);
    }

    /** Also works while the collection is not loaded. */
    private static long entities(MilvusClientV2 client, String name) {
        return client.getCollectionStats(
                        GetCollectionStatsReq.builder().collectionName(name).build())
                .getNumOfEntities();
    }

    private static JsonObject row(int id, float[] vector) {
        JsonObject row = new JsonObject();
        row.addProperty("id", (long) id);
        row.addProperty("word", words.labels().get(id));
        row.addProperty("length", words.labels().get(id).length());
        JsonArray array = new JsonArray();
        for (float value : vector) {
            array.add(value);
        }
        row.add("vector", array);
        return row;
    }

    /** Leaves the collection as it was. */
    private static void scenario(MilvusClientV2 client, String name, String text, String number) {
        assertThat(recall(client, name, "", row -> true)).isGreaterThanOrEqualTo(0.95);
        assertThat(recall(
                        client,
                        name,
                        number + " < 5",
                        row -> words.labels().get(row).length() < 5))
                .isGreaterThanOrEqualTo(0.95);
        assertThat(recall(
                        client,
                        name,
                        text + " like \"get%\"",
                        row -> words.labels().get(row).startsWith("get")))
                .isGreaterThanOrEqualTo(0.95);
        assertThat(recall(
                        client,
                        name,
                        "id in [1, 5, 7] or id >= 9990",
                        row -> row == 1 || row == 5 || row == 7 || row >= 9990))
                .isEqualTo(1);

        List<QueryResp.QueryResult> rows = client.query(QueryReq.builder()
                        .collectionName(name)
                        .filter(number + " == 3 and id < 500")
                        .outputFields(List.of("id", text, number))
                        .build())
                .getQueryResults();
        Set<Long> expected = new HashSet<>();
        for (int row = 0; row < 500; row++) {
            if (words.labels().get(row).length() == 3) {
                expected.add((long) row);
            }
        }
        Map<Long, Object> found = new HashMap<>();
        rows.forEach(row ->
                found.put((Long) row.getEntity().get("id"), row.getEntity().get(text)));
        assertThat(found.keySet()).isEqualTo(expected);
        found.forEach((id, word) -> assertThat(word).isEqualTo(words.labels().get(id.intValue())));

        QueryResp.QueryResult got = client.get(GetReq.builder()
                        .collectionName(name)
                        .ids(List.of(42L))
                        .outputFields(List.of("vector", text))
                        .build())
                .getGetResults()
                .getFirst();
        assertThat(got.getEntity().get(text)).isEqualTo(words.labels().get(42));
        List<?> vector = (List<?>) got.getEntity().get("vector");
        for (int i = 0; i < Words.DIMENSION; i++) {
            assertThat(((Number) vector.get(i)).floatValue()).isEqualTo(words.vectors()[42][i]);
        }

        float[] moved = new float[Words.DIMENSION];
        moved[3] = 1;
        assertThat(client.upsert(UpsertReq.builder()
                                .collectionName(name)
                                .data(List.of(row(42, moved), row(43, moved)))
                                .build())
                        .getUpsertCnt())
                .isEqualTo(2);
        SearchResp.SearchResult nearest = search(client, name, moved, "", 2).getFirst();
        assertThat(nearest.getId()).isIn(42L, 43L);
        assertThat(nearest.getScore()).isCloseTo(1f, within(1e-5f));
        assertThat(count(client, name, "")).isEqualTo(ROWS);
        client.upsert(UpsertReq.builder()
                .collectionName(name)
                .data(List.of(row(42, words.vectors()[42]), row(43, words.vectors()[43])))
                .build());

        client.delete(
                DeleteReq.builder().collectionName(name).ids(List.of(10L, 11L)).build());
        client.delete(DeleteReq.builder()
                .collectionName(name)
                .filter("id >= 9000 and " + number + " > 2")
                .build());
        long kept = 0;
        for (int row = 0; row < ROWS; row++) {
            boolean gone = row == 10
                    || row == 11
                    || (row >= 9000 && words.labels().get(row).length() > 2);
            kept += gone ? 0 : 1;
        }
        assertThat(count(client, name, "")).isEqualTo(kept);
        assertThat(search(client, name, words.vectors()[10], "", 5))
                .extracting(SearchResp.SearchResult::getId)
                .doesNotContain(10L, 11L);
        List<JsonObject> back = new ArrayList<>(List.of(row(10, words.vectors()[10]), row(11, words.vectors()[11])));
        for (int row = 9000; row < ROWS; row++) {
            back.add(row(row, words.vectors()[row]));
        }
        client.upsert(UpsertReq.builder().collectionName(name).data(back).build());
        assertThat(count(client, name, "")).isEqualTo(ROWS);
        assertThat(entities(client, name)).isEqualTo(ROWS);
    }

    private static long count(MilvusClientV2 client, String name, String filter) {
        return (Long) client.query(QueryReq.builder()
                        .collectionName(name)
                        .filter(filter)
                        .outputFields(List.of("count(*)"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getQueryResults()
                .getFirst()
                .getEntity()
                .get("count(*)");
    }

    private static List<SearchResp.SearchResult> search(
            MilvusClientV2 client, String name, float[] query, String filter, int k) {
        return client.search(SearchReq.builder()
                        .collectionName(name)
                        .annsField("vector")
                        .data(List.of(new FloatVec(query)))
                        .filter(filter)
                        .limit(k)
                        .outputFields(List.of("word"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getSearchResults()
                .getFirst();
    }

    /** The share of the exact ten that are found; every score, order and output field is checked on the way. */
    private static double recall(MilvusClientV2 client, String name, String filter, IntPredicate passes) {
        int hits = 0;
        int wanted = 0;
        for (int query = 0; query < ROWS; query += 250) {
            float[] vector = words.vectors()[query];
            List<Integer> exact = words.nearest(vector, 10, passes);
            List<SearchResp.SearchResult> found = search(client, name, vector, filter, 10);
            assertThat(found).hasSize(exact.size());
            float previous = Float.POSITIVE_INFINITY;
            for (SearchResp.SearchResult hit : found) {
                int row = ((Long) hit.getId()).intValue();
                assertThat(passes.test(row)).isTrue();
                assertThat((double) hit.getScore()).isCloseTo(words.cosine(vector, row), within(1e-4));
                assertThat(hit.getScore()).isLessThanOrEqualTo(previous);
                assertThat(hit.getEntity().get("word")).isEqualTo(words.labels().get(row));
                previous = hit.getScore();
                hits += exact.contains(row) ? 1 : 0;
            }
            wanted += exact.size();
        }
        return (double) hits / wanted;
    }
}
