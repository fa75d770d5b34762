package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.elanus.milvus.proto.ConsistencyLevel;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DeleteRequest;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.HybridSearchRequest;
import org.elanus.milvus.proto.IDs;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.QueryRequest;
import org.elanus.milvus.proto.QueryResults;
import org.elanus.milvus.proto.SearchRequest;
import org.elanus.milvus.proto.SearchResults;
import org.elanus.milvus.proto.TemplateValue;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.Grouping;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches and queries. */
class SearchCallsTest extends ProtocolTest {

    @Test
    void searchesAndEncodesTheHitsOfEachQuery() {
        server.client.insert(threeRows().build());
        SearchResults response = server.client.search(search().build());
        ok(response.getStatus());
        assertThat(response.getSessionTs()).isNotZero();
        assertThat(response.getResults().getNumQueries()).isEqualTo(2);
        assertThat(response.getResults().getTopK()).isEqualTo(2);
        assertThat(response.getResults().getTopksList()).containsExactly(2L, 2L);
        assertThat(response.getResults().getIds().getIntId().getDataList()).containsExactly(1L, 2L, 3L, 2L);
        assertThat(response.getResults().getScoresList()).containsExactly(0f, 1f, 1f, 9f);
        assertThat(response.getResults().getPrimaryFieldName()).isEqualTo("id");
        assertThat(response.getResults().getOutputFieldsList()).containsExactly("title", "pages");
        FieldData title = response.getResults().getFieldsData(0);
        assertThat(title.getScalars().getStringData().getDataList()).containsExactly("one", "", "three", "");
        assertThat(title.getValidDataList()).containsExactly(true, false, true, false);
        assertThat(response.getResults().getFieldsData(1).getIsDynamic()).isTrue();

        org.elanus.spi.database.SearchRequest seen = server.database.lastSearch.get();
        assertThat(seen).isNotNull();
        assertThat(seen.parameters())
                .containsEntry("ef", "64")
                .containsEntry("radius", "100.5")
                .containsEntry("hint", "x");
        assertThat(seen.roundDecimal()).isEqualTo(3);
        assertThat(seen.metric()).isEqualTo("L2");
        assertThat(seen.consistency()).isEqualTo(Consistency.STRONG);
    }

    @Test
    void aSearchWithoutHitsStillCountsThem() {
        server.client.delete(DeleteRequest.newBuilder()
                .setCollectionName(NAME)
                .setExpr("id >= 0 or id < 0")
                .build());
        SearchResults response = server.client.search(search().build());
        ok(response.getStatus());
        assertThat(response.getResults().getTopksList()).containsExactly(0L, 0L);
        assertThat(response.getResults().getNumQueries()).isEqualTo(2);
    }

    @Test
    void mapsConsistencyLevels() {
        server.client.search(
                search().setConsistencyLevel(ConsistencyLevel.Eventually).build());
        assertThat(seenConsistency()).isEqualTo(Consistency.EVENTUAL);
        server.client.search(
                search().setUseDefaultConsistency(true).setGuaranteeTimestamp(1).build());
        assertThat(seenConsistency()).isEqualTo(Consistency.DEFAULT);
        server.client.search(search().setConsistencyLevel(ConsistencyLevel.Session)
                .setGuaranteeTimestamp(77_000_000)
                .build());
        assertThat(seenConsistency()).isEqualTo(new Consistency(Consistency.Level.SESSION, 77_000_000));
        server.client.search(search().setGuaranteeTimestamp(2).build());
        assertThat(seenConsistency()).isEqualTo(Consistency.BOUNDED);
    }

    private static Consistency seenConsistency() {
        org.elanus.spi.database.SearchRequest seen = server.database.lastSearch.get();
        return seen == null ? Consistency.STRONG : seen.consistency();
    }

    @Test
    void refusesSearchesThatMakeNoSense() {
        assertThat(searchStatus(search().clearSearchParams())).contains("topk");
        assertThat(searchStatus(search().addSearchParams(pair("offset", "16384"))))
                .contains("16384", "16386");
        assertThat(searchStatus(search().addSearchParams(pair("order_by_fields", "title"))))
                .contains("order_by_fields");
        assertThat(searchStatus(search().setNq(3))).contains("3", "2");
        assertThat(searchStatus(search().setPlaceholderGroup(ByteString.copyFromUtf8("garbage"))))
                .isNotEmpty();
        assertThat(searchStatus(search().clearPlaceholderGroup())).contains("query vectors");
        assertThat(searchStatus(search().setPlaceholderGroup(queries(new float[] {1, 2}, new float[] {1}))))
                .contains("query vector 1");
        assertThat(searchStatus(search().setPlaceholderGroup(queries(new float[16385][2]))
                        .setNq(0)))
                .contains("16385", "16384");
    }

    @Test
    void groupingReachesTheSearch() {
        ok(server.client
                .search(search().addSearchParams(pair("group_by_field", "title"))
                        .addSearchParams(pair("group_size", "3"))
                        .addSearchParams(pair("strict_group_size", "true"))
                        .build())
                .getStatus());
        assertThat(seenGrouping()).isEqualTo(Grouping.by("title", 3));
        ok(server.client
                .search(search().addSearchParams(pair("group_by_field", "meta"))
                        .addSearchParams(pair("json_path", "/a~1b/0"))
                        .build())
                .getStatus());
        assertThat(seenGrouping()).isEqualTo(Grouping.by("meta[\"a/b\"][0]", 1));
    }

    private static @Nullable Grouping seenGrouping() {
        org.elanus.spi.database.SearchRequest seen = server.database.lastSearch.get();
        return seen == null ? null : seen.grouping();
    }

    @Test
    void refusesGroupingThatMakesNoSense() {
        SearchRequest grouped =
                search().addSearchParams(pair("group_by_field", "title")).build();
        assertThat(searchStatus(grouped.toBuilder().addSearchParams(pair("group_size", "11"))))
                .contains("input group size:11 exceeds configured max group size:10");
        assertThat(searchStatus(grouped.toBuilder().addSearchParams(pair("group_size", "0"))))
                .contains("input group size:0");
        assertThat(searchStatus(grouped.toBuilder().addSearchParams(pair("group_size", "x"))))
                .contains("group_size");
        assertThat(searchStatus(grouped.toBuilder().addSearchParams(pair("json_type", "Int64"))))
                .contains("json_type");
        assertThat(searchStatus(page("group_by_field", "title"))).contains("groupBy", "iteration");
    }

    @Test
    void searchesByPrimaryKeysReachTheSearch() {
        server.client.search(search().setIds(IDs.newBuilder()
                        .setIntId(LongArray.newBuilder().addData(3).addData(1)))
                .build());
        org.elanus.spi.database.SearchRequest seen = server.database.lastSearch.get();
        assertThat(seen).isNotNull();
        assertThat(seen.queries().rows()).isZero();
        assertThat(seen.keys()).isInstanceOfSatisfying(FixedColumn.class, keys -> {
            assertThat(keys.rows()).isEqualTo(2);
            assertThat(keys.getLong(0)).isEqualTo(3);
            assertThat(keys.getLong(1)).isEqualTo(1);
        });
    }

    private static String searchStatus(SearchRequest.Builder request) {
        org.elanus.milvus.proto.Status status =
                server.client.search(request.build()).getStatus();
        assertThat(status.getCode()).isIn(1100, 1101, 3000);
        return status.getReason();
    }

    private static SearchRequest.Builder page(String... more) {
        return pageOf(2, more);
    }

    private static SearchRequest.Builder pageOf(int size, String... more) {
        SearchRequest.Builder request = SearchRequest.newBuilder()
                .setCollectionName(NAME)
                .setPlaceholderGroup(queries(new float[] {0, 0}))
                .addSearchParams(pair("topk", "2"))
                .addSearchParams(pair("metric_type", "L2"))
                .addSearchParams(pair("iterator", "True"))
                .addSearchParams(pair("search_iter_v2", "True"))
                .addSearchParams(pair("search_iter_batch_size", Integer.toString(size)));
        for (int i = 0; i < more.length; i += 2) {
            request.addSearchParams(pair(more[i], more[i + 1]));
        }
        return request;
    }

    @Test
    void anIteratorGoesThroughAllHitsOnceAlsoWhereScoresAreEqual() {
        server.client.insert(InsertRequest.newBuilder()
                .setCollectionName(NAME)
                .setNumRows(5)
                .addFieldsData(ids(1, 2, 3, 4, 5))
                .addFieldsData(vectors(0, 0, 1, 0, 0, 1, 2, 0, 3, 0))
                .build());
        SearchResults page = server.client.search(page().build());
        List<Long> seen = new ArrayList<>();
        String token = page.getResults().getSearchIteratorV2Results().getToken();
        assertThat(UUID.fromString(token).version()).isEqualTo(4);
        for (int pages = 0; pages < 10 && page.getResults().getScoresCount() > 0; pages++) {
            seen.addAll(page.getResults().getIds().getIntId().getDataList());
            page = server.client.search(page(
                            "search_iter_last_bound",
                            Float.toString(page.getResults()
                                    .getSearchIteratorV2Results()
                                    .getLastBound()),
                            "search_iter_id",
                            token)
                    .build());
            ok(page.getStatus());
            assertThat(page.getResults().getSearchIteratorV2Results().getToken())
                    .isEqualTo(token);
        }
        assertThat(seen).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L);
    }

    @ParameterizedTest
    @ValueSource(ints = {16_384, 5_000, 12_000})
    void anIteratorGoesThroughMoreHitsOfOneScoreThanASearchFinds(int size) {
        int rows = 20_000;
        long[] ids = LongStream.range(0, rows).toArray();
        server.client.insert(InsertRequest.newBuilder()
                .setCollectionName(NAME)
                .setNumRows(rows)
                .addFieldsData(ids(ids))
                .addFieldsData(vectors(new float[2 * rows]))
                .build());
        SearchRequest.Builder first = pageOf(size);
        SearchResults page = server.client.search(first.build());
        String token = page.getResults().getSearchIteratorV2Results().getToken();
        List<Long> seen = new ArrayList<>();
        for (int pages = 0; pages < 10 && page.getResults().getScoresCount() > 0; pages++) {
            seen.addAll(page.getResults().getIds().getIntId().getDataList());
            page = server.client.search(first.clone()
                    .addSearchParams(pair("search_iter_last_bound", "0"))
                    .addSearchParams(pair("search_iter_id", token))
                    .build());
            ok(page.getStatus());
        }
        assertThat(seen).hasSize(rows).doesNotHaveDuplicates();
    }

    @Test
    void anIteratorThatTheServerForgotIsRefused() {
        server.client.insert(threeRows().build());
        String forgotten = UUID.randomUUID().toString();
        assertThat(searchStatus(page("search_iter_last_bound", "0", "search_iter_id", forgotten)))
                .contains(forgotten, "begin a new iterator");
        SearchResults byScore =
                server.client.search(page("search_iter_last_bound", "0").build());
        assertThat(byScore.getResults().getIds().getIntId().getDataList()).containsExactly(2L, 3L);
    }

    @Test
    void anIteratorWithoutHitsGoesOnWithoutHits() {
        SearchResults page = server.client.search(page().build());
        ok(page.getStatus());
        String token = page.getResults().getSearchIteratorV2Results().getToken();
        ok(server.client
                .search(page("search_iter_last_bound", "0", "search_iter_id", token)
                        .build())
                .getStatus());
    }

    @Test
    void refusesIteratorsThatMakeNoSense() {
        assertThat(searchStatus(page("offset", "1"))).contains("offset");
        assertThat(searchStatus(page("search_iter_id", "x"))).contains("token");
        assertThat(searchStatus(page("search_iter_last_bound", "x"))).contains("number");
        assertThat(searchStatus(page().setPlaceholderGroup(queries(new float[] {0, 0}, new float[] {0, 1}))))
                .contains("one query vector");
    }

    @Test
    void decodesHybridSearches() {
        SearchResults response = server.client.hybridSearch(HybridSearchRequest.newBuilder()
                .setCollectionName(NAME)
                .addRequests(search())
                .addRequests(search())
                .addRankParams(pair("strategy", "weighted"))
                .addRankParams(pair("params", "{\"weights\": [0.25, 0.75]}"))
                .addRankParams(pair("limit", "2"))
                .build());
        ok(response.getStatus());
        org.elanus.spi.database.HybridSearchRequest seen = server.database.lastHybridSearch.get();
        assertThat(seen).isNotNull();
        assertThat(seen.ranker()).isEqualTo("weighted");
        assertThat(seen.rankerParameters()).containsEntry("weights", "[0.25,0.75]");
        assertThat(seen.searches()).hasSize(2);
    }

    @Test
    void queriesAnswerWithTypedColumnsEvenWithoutRows() {
        QueryResults response = server.client.query(QueryRequest.newBuilder()
                .setCollectionName(NAME)
                .setExpr("id in [99]")
                .addOutputFields("*")
                .build());
        ok(response.getStatus());
        assertThat(response.getFieldsDataList())
                .extracting(FieldData::getType)
                .contains(DataType.Int64, DataType.FloatVector, DataType.VarChar);
        assertThat(response.getPrimaryFieldName()).isEqualTo("id");
        assertThat(response.getOutputFieldsList()).contains("$meta");
    }

    @Test
    void countsRows() {
        server.client.insert(threeRows().build());
        QueryResults response = server.client.query(QueryRequest.newBuilder()
                .setCollectionName(NAME)
                .addOutputFields("count(*)")
                .build());
        assertThat(response.getFieldsData(0).getFieldName()).isEqualTo("count(*)");
        assertThat(response.getFieldsData(0).getScalars().getLongData().getDataList())
                .containsExactly(3L);
    }

    @Test
    void templatesReachTheFilter() {
        server.client.query(QueryRequest.newBuilder()
                .setCollectionName(NAME)
                .setExpr("id in [1]")
                .putExprTemplateValues(
                        "x", TemplateValue.newBuilder().setInt64Val(7).build())
                .addQueryParams(pair("limit", "5"))
                .addQueryParams(pair("offset", "1"))
                .build());
        org.elanus.spi.database.QueryRequest seen = server.database.lastQuery.get();
        assertThat(seen).isNotNull();
        assertThat(seen.filter().parameters()).containsEntry("x", 7L);
        assertThat(seen.limit()).isEqualTo(5);
        assertThat(seen.offset()).isEqualTo(1);
    }

    @Test
    void refusesToOrderRows() {
        server.client.insert(threeRows().build());
        for (String option : List.of("order_by_fields", "order_by")) {
            QueryResults response = server.client.query(QueryRequest.newBuilder()
                    .setCollectionName(NAME)
                    .setExpr("id > 0")
                    .addQueryParams(pair(option, "id:desc"))
                    .build());
            assertThat(response.getStatus().getCode()).isEqualTo(3000);
            assertThat(response.getStatus().getReason()).contains(option);
        }
    }
}
