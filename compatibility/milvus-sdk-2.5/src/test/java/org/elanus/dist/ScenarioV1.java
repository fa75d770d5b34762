package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.client.MilvusServiceClient;
import io.milvus.common.clientenum.ConsistencyLevelEnum;
import io.milvus.grpc.DataType;
import io.milvus.grpc.MutationResult;
import io.milvus.param.MetricType;
import io.milvus.param.R;
import io.milvus.param.collection.FieldType;
import io.milvus.param.collection.GetCollectionStatisticsParam;
import io.milvus.param.dml.DeleteParam;
import io.milvus.param.dml.InsertParam;
import io.milvus.param.dml.QueryParam;
import io.milvus.param.dml.SearchParam;
import io.milvus.param.dml.UpsertParam;
import io.milvus.response.GetCollStatResponseWrapper;
import io.milvus.response.QueryResultsWrapper;
import io.milvus.response.SearchResultsWrapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** What JavaSdkIT asks of a collection of words, said with the V1 client; every answer is compared with an exact one. */
record ScenarioV1(MilvusServiceClient client, Words words, String name) {

    static final int ROWS = 10_000;
    private static final int BATCH = 1_000;

    static <T> T data(R<T> answer) {
        assertThat(answer.getException()).isNull();
        assertThat(answer.getStatus()).isEqualTo(R.Status.Success.getCode());
        return answer.getData();
    }

    static List<Float> list(float[] vector) {
        List<Float> list = new ArrayList<>(vector.length);
        for (float value : vector) {
            list.add(value);
        }
        return list;
    }

    static FieldType field(String name, DataType type) {
        return FieldType.newBuilder().withName(name).withDataType(type).build();
    }

    static FieldType key(String name) {
        return FieldType.newBuilder()
                .withName(name)
                .withDataType(DataType.Int64)
                .withPrimaryKey(true)
                .build();
    }

    static FieldType vector(String name, int dimension) {
        return FieldType.newBuilder()
                .withName(name)
                .withDataType(DataType.FloatVector)
                .withDimension(dimension)
                .build();
    }

    void insert() {
        for (int first = 0; first < ROWS; first += BATCH) {
            List<JsonObject> rows = new ArrayList<>();
            for (int row = first; row < first + BATCH; row++) {
                rows.add(row(row, words.vectors()[row]));
            }
            MutationResult inserted = data(client.insert(InsertParam.newBuilder()
                    .withCollectionName(name)
                    .withRows(rows)
                    .build()));
            assertThat(inserted.getInsertCnt()).isEqualTo(BATCH);
        }
        assertThat(entities()).isEqualTo(ROWS);
    }

    JsonObject row(int id, float[] vector) {
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
    void run() {
        searchesAnswerExactly();
        queriesAnswerExactly();
        upsertsReplace();
        deletesHide();
    }

    private void searchesAnswerExactly() {
        assertThat(recall("", row -> true)).isGreaterThanOrEqualTo(0.95);
        assertThat(recall("length < 5", row -> words.labels().get(row).length() < 5))
                .isGreaterThanOrEqualTo(0.95);
        assertThat(recall("word like \"get%\"", row -> words.labels().get(row).startsWith("get")))
                .isGreaterThanOrEqualTo(0.95);
        assertThat(recall("id in [1, 5, 7] or id >= 9990", row -> row == 1 || row == 5 || row == 7 || row >= 9990))
                .isEqualTo(1);
    }

    private void queriesAnswerExactly() {
        Map<Object, Object> expected = new HashMap<>();
        for (long row = 0; row < 500; row++) {
            String word = words.labels().get((int) row);
            if (word.length() == 3) {
                expected.put(row, word);
            }
        }
        Map<Object, Object> found = new HashMap<>();
        query("length == 3 and id < 500", "id", "word").forEach(row -> found.put(row.get("id"), row.get("word")));
        assertThat(found).isEqualTo(expected);

        QueryResultsWrapper.RowRecord row = query("id == 42", "word", "vector").getFirst();
        assertThat(row.get("word")).isEqualTo(words.labels().get(42));
        assertThat(row.get("vector")).isEqualTo(list(words.vectors()[42]));
    }

    private void upsertsReplace() {
        float[] moved = new float[Words.DIMENSION];
        moved[3] = 1;
        assertThat(upsert(List.of(row(42, moved), row(43, moved)))).isEqualTo(2);
        SearchResultsWrapper.IDScore nearest = search(moved, "", 2).getFirst();
        assertThat(nearest.getLongID()).isIn(42L, 43L);
        assertThat(nearest.getScore()).isCloseTo(1f, within(1e-5f));
        assertThat(count("")).isEqualTo(ROWS);
        upsert(List.of(row(42, words.vectors()[42]), row(43, words.vectors()[43])));
    }

    private void deletesHide() {
        delete("id in [10, 11]");
        delete("id >= 9000 and length > 2");
        long kept = 0;
        for (int row = 0; row < ROWS; row++) {
            boolean gone = row == 10
                    || row == 11
                    || (row >= 9000 && words.labels().get(row).length() > 2);
            kept += gone ? 0 : 1;
        }
        assertThat(count("")).isEqualTo(kept);
        assertThat(search(words.vectors()[10], "", 5))
                .extracting(SearchResultsWrapper.IDScore::getLongID)
                .doesNotContain(10L, 11L);
        List<JsonObject> back = new ArrayList<>(List.of(row(10, words.vectors()[10]), row(11, words.vectors()[11])));
        for (int row = 9000; row < ROWS; row++) {
            back.add(row(row, words.vectors()[row]));
        }
        upsert(back);
        assertThat(count("")).isEqualTo(ROWS);
        assertThat(entities()).isEqualTo(ROWS);
    }

    private void delete(String filter) {
        data(client.delete(DeleteParam.newBuilder()
                .withCollectionName(name)
                .withExpr(filter)
                .build()));
    }

    private long upsert(List<JsonObject> rows) {
        return data(client.upsert(UpsertParam.newBuilder()
                        .withCollectionName(name)
                        .withRows(rows)
                        .build()))
                .getUpsertCnt();
    }

    private long entities() {
        return new GetCollStatResponseWrapper(
                        data(client.getCollectionStatistics(GetCollectionStatisticsParam.newBuilder()
                                .withCollectionName(name)
                                .build())))
                .getRowCount();
    }

    long count(String filter) {
        return (Long) query(filter, "count(*)").getFirst().get("count(*)");
    }

    List<QueryResultsWrapper.RowRecord> query(String filter, String... fields) {
        return new QueryResultsWrapper(data(client.query(QueryParam.newBuilder()
                        .withCollectionName(name)
                        .withExpr(filter)
                        .withOutFields(List.of(fields))
                        .withConsistencyLevel(ConsistencyLevelEnum.STRONG)
                        .build())))
                .getRowRecords();
    }

    List<SearchResultsWrapper.IDScore> search(float[] query, String filter, int k) {
        return new SearchResultsWrapper(data(client.search(SearchParam.newBuilder()
                                .withCollectionName(name)
                                .withVectorFieldName("vector")
                                .withFloatVectors(List.of(list(query)))
                                .withMetricType(MetricType.COSINE)
                                .withExpr(filter)
                                .withTopK(k)
                                .withParams("{\"ef\": 64}")
                                .withOutFields(List.of("word"))
                                .withConsistencyLevel(ConsistencyLevelEnum.STRONG)
                                .build()))
                        .getResults())
                .getIDScore(0);
    }

    /** The share of the exact ten that are found; every score, order and output field is checked on the way. */
    private double recall(String filter, IntPredicate passes) {
        int hits = 0;
        int wanted = 0;
        for (int query = 0; query < ROWS; query += 250) {
            float[] vector = words.vectors()[query];
            List<Integer> exact = words.nearest(vector, 10, passes);
            List<SearchResultsWrapper.IDScore> found = search(vector, filter, 10);
            assertThat(found).hasSize(exact.size());
            float previous = Float.POSITIVE_INFINITY;
            for (SearchResultsWrapper.IDScore hit : found) {
                int row = (int) hit.getLongID();
                assertThat(passes.test(row)).isTrue();
                assertThat((double) hit.getScore()).isCloseTo(words.cosine(vector, row), within(1e-4));
                assertThat(hit.getScore()).isLessThanOrEqualTo(previous);
                assertThat(hit.get("word")).isEqualTo(words.labels().get(row));
                previous = hit.getScore();
                hits += exact.contains(row) ? 1 : 0;
            }
            wanted += exact.size();
        }
        return (double) hits / wanted;
    }
}
