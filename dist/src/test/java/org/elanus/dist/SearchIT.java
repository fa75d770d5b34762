package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.orm.iterator.QueryIterator;
import io.milvus.orm.iterator.SearchIterator;
import io.milvus.orm.iterator.SearchIteratorV2;
import io.milvus.response.QueryResultsWrapper;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.utility.request.CompactReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.AnnSearchReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.HybridSearchReq;
import io.milvus.v2.service.vector.request.QueryIteratorReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchIteratorReq;
import io.milvus.v2.service.vector.request.SearchIteratorReqV2;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.UpsertReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import io.milvus.v2.service.vector.request.ranker.RRFRanker;
import io.milvus.v2.service.vector.response.SearchResp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grouping, searches by keys, iterators and consistency through the official Java SDK. */
class SearchIT {

    private static final int ROWS = 4_000;
    /** Rows that nobody changes; those behind them come and go. */
    private static final int STABLE = 2_000;

    private static final String WORDS = "words";

    @TempDir
    private static Path temporary;

    private static ServerProcess server;
    private static Words words;
    private static MilvusClientV2 client;

    @BeforeAll
    static void start() {
        words = Words.load(ROWS);
        server = ServerProcess.start(temporary.resolve("data"));
        client = server.connect();
        create(WORDS, IndexParam.IndexType.HNSW);
        upsert(WORDS, 0, ROWS - 500);
        client.flush(FlushReq.builder().collectionNames(List.of(WORDS)).build());
        upsert(WORDS, ROWS - 500, ROWS);
    }

    @AfterAll
    static void stop() {
        client.close();
        assertThat(server.stop()).isZero();
    }

    private static void create(String name, IndexParam.IndexType index) {
        CreateCollectionReq.CollectionSchema schema = MilvusClientV2.CreateSchema();
        schema.addField(AddFieldReq.builder()
                .fieldName("id")
                .dataType(DataType.Int64)
                .isPrimaryKey(true)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("length")
                .dataType(DataType.Int16)
                .isNullable(true)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("vector")
                .dataType(DataType.FloatVector)
                .dimension(Words.DIMENSION)
                .build());
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(name)
                .collectionSchema(schema)
                .indexParams(List.of(IndexParam.builder()
                        .fieldName("vector")
                        .indexType(index)
                        .metricType(IndexParam.MetricType.COSINE)
                        .build()))
                .build());
    }

    /** Very short words have no length. */
    private static Object length(int row) {
        int length = words.labels().get(row).length();
        return length < 3 ? "none" : (Object) (long) length;
    }

    private static void upsert(String name, int from, int to) {
        for (int start = from; start < to; start += 500) {
            List<JsonObject> rows = new ArrayList<>();
            for (int row = start; row < Math.min(to, start + 500); row++) {
                JsonObject json = new JsonObject();
                json.addProperty("id", row);
                if (length(row) instanceof Long length) {
                    json.addProperty("length", length);
                }
                JsonArray vector = new JsonArray();
                for (float value : words.vectors()[row]) {
                    vector.add(value);
                }
                json.add("vector", vector);
                rows.add(json);
            }
            client.upsert(UpsertReq.builder().collectionName(name).data(rows).build());
        }
    }

    private static SearchReq.SearchReqBuilder search(int word) {
        return SearchReq.builder()
                .collectionName(WORDS)
                .annsField("vector")
                .data(List.of(new FloatVec(words.vectors()[word])))
                .outputFields(List.of("length"))
                .consistencyLevel(ConsistencyLevel.STRONG);
    }

    private static Map<Object, Integer> sizes() {
        Map<Object, Integer> sizes = new HashMap<>();
        for (int row = 0; row < ROWS; row++) {
            sizes.merge(length(row), 1, Integer::sum);
        }
        return sizes;
    }

    /** How many hits of each group; hits of a group lie together, and all groups are as full as they can be. */
    private static Map<Object, Integer> groups(List<SearchResp.SearchResult> hits, int groupSize) {
        Map<Object, Integer> groups = new LinkedHashMap<>();
        Object last = "";
        for (SearchResp.SearchResult hit : hits) {
            Object group = length(((Long) hit.getId()).intValue());
            assertThat(group.equals(last) || !groups.containsKey(group)).isTrue();
            groups.merge(group, 1, Integer::sum);
            last = group;
        }
        groups.forEach((group, size) ->
                assertThat(size).as("group %s", group).isEqualTo(Math.min(groupSize, sizes().get(group))));
        return groups;
    }

    @Test
    void groupsAreFullAlsoOverAnIndex() {
        for (int word = 0; word < 400; word += 40) {
            List<SearchResp.SearchResult> hits = client.search(search(word)
                            .limit(4)
                            .groupByFieldName("length")
                            .groupSize(5)
                            .strictGroupSize(true)
                            .build())
                    .getSearchResults()
                    .getFirst();
            assertThat(groups(hits, 5)).hasSize(4);
            assertThat(hits.getFirst().getId()).isEqualTo((long) word);
            // There are fewer groups than asked for: all are found, whatever it takes.
            List<SearchResp.SearchResult> all = client.search(search(word)
                            .limit(100)
                            .groupByFieldName("length")
                            .groupSize(2)
                            .build())
                    .getSearchResults()
                    .getFirst();
            assertThat(groups(all, 2).keySet()).isEqualTo(sizes().keySet());
            List<SearchResp.SearchResult> behind = client.search(search(word)
                            .limit(100)
                            .offset(3)
                            .groupByFieldName("length")
                            .build())
                    .getSearchResults()
                    .getFirst();
            assertThat(groups(behind, 1)).hasSize(sizes().size() - 3);
        }
        assertThatThrownBy(() -> client.search(search(0).limit(3).groupByFieldName("vector").build()))
                .hasMessageContaining("unsupported data type");
    }

    @Test
    void hybridSearchesAreGrouped() {
        List<AnnSearchReq> searches = new ArrayList<>();
        for (int word : new int[] {7, 77}) {
            searches.add(AnnSearchReq.builder()
                    .vectorFieldName("vector")
                    .vectors(List.of(new FloatVec(words.vectors()[word])))
                    .limit(6)
                    .build());
        }
        List<SearchResp.SearchResult> hits = client.hybridSearch(HybridSearchReq.builder()
                        .collectionName(WORDS)
                        .searchRequests(searches)
                        .ranker(RRFRanker.builder().k(60).build())
                        .limit(4)
                        .groupByFieldName("length")
                        .groupSize(3)
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getSearchResults()
                .getFirst();
        assertThat(groups(hits, 3)).hasSize(4);
    }

    @Test
    void searchByKeysFindsWhatSearchByTheirVectorsFinds() {
        List<List<SearchResp.SearchResult>> byKeys = client.search(search(0)
                        .data(List.of())
                        .ids(List.of(5L, (long) ROWS - 1))
                        .limit(10)
                        .build())
                .getSearchResults();
        assertThat(byKeys).hasSize(2);
        for (int i = 0; i < 2; i++) {
            List<SearchResp.SearchResult> byVector = client.search(
                            search(i == 0 ? 5 : ROWS - 1).limit(10).build())
                    .getSearchResults()
                    .getFirst();
            assertThat(byKeys.get(i))
                    .extracting(SearchResp.SearchResult::getId)
                    .isEqualTo(byVector.stream()
                            .map(SearchResp.SearchResult::getId)
                            .toList());
        }
        assertThatThrownBy(() -> client.search(search(0)
                        .data(List.of())
                        .ids(List.of(5L, 999_999L))
                        .limit(10)
                        .build()))
                .hasMessageContaining("some of the provided primary key IDs do not exist: missing IDs = [999999]");
    }

    @Test
    void whatOneConnectionWroteAnotherReads() {
        create("session", IndexParam.IndexType.FLAT);
        MilvusClientV2 other = server.connect();
        for (ConsistencyLevel level : ConsistencyLevel.values()) {
            for (int row = 0; row < 5; row++) {
                upsert("session", row, row + 1);
                long count = (Long) other.query(QueryReq.builder()
                                .collectionName("session")
                                .filter("id == " + row)
                                .outputFields(List.of("count(*)"))
                                .consistencyLevel(level)
                                .build())
                        .getQueryResults()
                        .getFirst()
                        .getEntity()
                        .get("count(*)");
                assertThat(count).as(level.name()).isEqualTo(1);
            }
            client.delete(DeleteReq.builder()
                    .collectionName("session")
                    .filter("id >= 0")
                    .build());
        }
        other.close();
    }

    @Test
    void iteratorsSeeEveryStableRowOnceAmongChangesFlushesAndMerges() {
        create("changing", IndexParam.IndexType.FLAT);
        upsert("changing", 0, STABLE / 2);
        client.flush(FlushReq.builder().collectionNames(List.of("changing")).build());
        upsert("changing", STABLE / 2, STABLE);
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<Void> changes = CompletableFuture.runAsync(() -> {
            while (!stopped.get()) {
                int rounds = done.get();
                int from = STABLE + rounds * 20 % (ROWS - STABLE - 20);
                upsert("changing", from, from + 20);
                client.delete(DeleteReq.builder()
                        .collectionName("changing")
                        .filter("id >= " + STABLE + " and id % 3 == 0")
                        .build());
                if (rounds % 4 == 1) {
                    client.flush(FlushReq.builder()
                            .collectionNames(List.of("changing"))
                            .build());
                }
                if (rounds % 12 == 5) {
                    client.compact(
                            CompactReq.builder().collectionName("changing").build());
                }
                done.incrementAndGet();
            }
        });
        try {
            // At least one merge is over when it ends.
            for (int i = 0; i < 3 || done.get() <= 6 && !changes.isDone(); i++) {
                check(newSearch(), "search iterator of version 2");
                check(oldSearch(), "search iterator of version 1");
                check(query(), "query iterator");
            }
        } finally {
            stopped.set(true);
        }
        changes.join();
        assertThat(done.get()).isGreaterThan(5);
    }

    private static void check(List<Long> seen, String what) {
        assertThat(seen).as(what).doesNotHaveDuplicates();
        assertThat(seen.stream().filter(id -> id < STABLE).count()).as(what).isEqualTo(STABLE);
    }

    private static List<Long> newSearch() {
        SearchIteratorV2 iterator = client.searchIteratorV2(SearchIteratorReqV2.builder()
                .collectionName("changing")
                .vectorFieldName("vector")
                .vectors(List.of(new FloatVec(words.vectors()[3])))
                .metricType(IndexParam.MetricType.COSINE)
                .batchSize(300)
                .build());
        List<Long> seen = new ArrayList<>();
        for (List<SearchResp.SearchResult> page = iterator.next(); !page.isEmpty(); page = iterator.next()) {
            page.forEach(hit -> seen.add((Long) hit.getId()));
        }
        iterator.close();
        return seen;
    }

    private static List<Long> oldSearch() {
        SearchIterator iterator = client.searchIterator(SearchIteratorReq.builder()
                .collectionName("changing")
                .vectorFieldName("vector")
                .vectors(List.of(new FloatVec(words.vectors()[3])))
                .metricType(IndexParam.MetricType.COSINE)
                .params("{}")
                .batchSize(300)
                .build());
        List<Long> seen = new ArrayList<>();
        for (List<QueryResultsWrapper.RowRecord> page = iterator.next(); !page.isEmpty(); page = iterator.next()) {
            page.forEach(row -> seen.add((Long) row.get("id")));
        }
        iterator.close();
        return seen;
    }

    private static List<Long> query() {
        QueryIterator iterator = client.queryIterator(QueryIteratorReq.builder()
                .collectionName("changing")
                .expr("id >= 0")
                .outputFields(List.of("id"))
                .batchSize(300)
                .build());
        List<Long> seen = new ArrayList<>();
        for (List<QueryResultsWrapper.RowRecord> page = iterator.next(); !page.isEmpty(); page = iterator.next()) {
            page.forEach(row -> seen.add((Long) row.get("id")));
        }
        iterator.close();
        return seen;
    }
}
