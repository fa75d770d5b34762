package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.elanus.dist.ScenarioV1.data;
import static org.elanus.dist.ScenarioV1.field;
import static org.elanus.dist.ScenarioV1.key;
import static org.elanus.dist.ScenarioV1.list;
import static org.elanus.dist.ScenarioV1.vector;

import io.milvus.client.MilvusServiceClient;
import io.milvus.common.clientenum.ConsistencyLevelEnum;
import io.milvus.grpc.DataType;
import io.milvus.grpc.LoadState;
import io.milvus.orm.iterator.QueryIterator;
import io.milvus.orm.iterator.SearchIterator;
import io.milvus.param.ConnectParam;
import io.milvus.param.IndexType;
import io.milvus.param.MetricType;
import io.milvus.param.R;
import io.milvus.param.RetryParam;
import io.milvus.param.alias.AlterAliasParam;
import io.milvus.param.alias.CreateAliasParam;
import io.milvus.param.alias.DropAliasParam;
import io.milvus.param.alias.ListAliasesParam;
import io.milvus.param.collection.CollectionSchemaParam;
import io.milvus.param.collection.CreateCollectionParam;
import io.milvus.param.collection.DescribeCollectionParam;
import io.milvus.param.collection.DropCollectionParam;
import io.milvus.param.collection.FieldType;
import io.milvus.param.collection.FlushParam;
import io.milvus.param.collection.GetLoadStateParam;
import io.milvus.param.collection.HasCollectionParam;
import io.milvus.param.collection.LoadCollectionParam;
import io.milvus.param.collection.ReleaseCollectionParam;
import io.milvus.param.collection.ShowCollectionsParam;
import io.milvus.param.dml.AnnSearchParam;
import io.milvus.param.dml.HybridSearchParam;
import io.milvus.param.dml.InsertParam;
import io.milvus.param.dml.QueryIteratorParam;
import io.milvus.param.dml.QueryParam;
import io.milvus.param.dml.SearchIteratorParam;
import io.milvus.param.dml.SearchParam;
import io.milvus.param.dml.ranker.RRFRanker;
import io.milvus.param.highlevel.collection.CreateSimpleCollectionParam;
import io.milvus.param.index.CreateIndexParam;
import io.milvus.param.index.DescribeIndexParam;
import io.milvus.param.partition.CreatePartitionParam;
import io.milvus.param.partition.DropPartitionParam;
import io.milvus.param.partition.HasPartitionParam;
import io.milvus.param.partition.ReleasePartitionsParam;
import io.milvus.param.partition.ShowPartitionsParam;
import io.milvus.response.DescCollResponseWrapper;
import io.milvus.response.DescIndexResponseWrapper;
import io.milvus.response.QueryResultsWrapper;
import io.milvus.response.SearchResultsWrapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The V1 client of an older SDK, unmodified and with its own libraries, against the server as a process. */
class MilvusSdk25IT {

    private static final int FEW = 500;
    private static final int HALF = Words.DIMENSION / 2;

    @TempDir
    private static Path temporary;

    private static ServerProcess server;
    private static Words words;
    private static MilvusServiceClient client;

    @BeforeAll
    static void start() {
        words = Words.load(ScenarioV1.ROWS);
        server = ServerProcess.start(temporary.resolve("data"));
        client = new MilvusServiceClient(ConnectParam.newBuilder()
                .withUri("http://127.0.0.1:" + server.port())
                .withConnectTimeout(20, TimeUnit.SECONDS)
                .withRpcDeadline(60, TimeUnit.SECONDS)
                .build());
        client.withRetry(RetryParam.newBuilder().withMaxRetryTimes(1).build());
    }

    @AfterAll
    static void stop() {
        client.close();
        assertThat(server.stop()).isZero();
    }

    @Test
    void quickCollectionAnswersExactly() {
        data(client.createCollection(CreateSimpleCollectionParam.newBuilder()
                .withCollectionName("quick")
                .withDimension(Words.DIMENSION)
                .withMetricType(MetricType.COSINE)
                .build()));
        assertThat(data(client.showCollections(ShowCollectionsParam.newBuilder().build()))
                        .getCollectionNamesList())
                .contains("quick");
        ScenarioV1 scenario = new ScenarioV1(client, words, "quick");
        scenario.insert();
        scenario.run();
        drop("quick");
        assertThat(data(client.hasCollection(HasCollectionParam.newBuilder()
                        .withCollectionName("quick")
                        .build())))
                .isFalse();
    }

    @Test
    void collectionWithExplicitSchemaAnswersExactly() {
        String name = "explicit";
        create(
                name,
                2,
                key("id"),
                FieldType.newBuilder()
                        .withName("word")
                        .withDataType(DataType.VarChar)
                        .withMaxLength(128)
                        .build(),
                field("length", DataType.Int16),
                vector("vector", Words.DIMENSION));
        DescCollResponseWrapper described = new DescCollResponseWrapper(data(client.describeCollection(
                DescribeCollectionParam.newBuilder().withCollectionName(name).build())));
        assertThat(described.getFields())
                .extracting(FieldType::getName)
                .containsExactly("id", "word", "length", "vector");
        assertThat(described.getShardNumber()).isEqualTo(2);
        ScenarioV1 scenario = new ScenarioV1(client, words, name);
        scenario.insert();
        data(client.flush(
                FlushParam.newBuilder().withCollectionNames(List.of(name)).build()));
        index(name, "vector", IndexType.HNSW, "{\"M\": 16, \"efConstruction\": 200}");
        assertThat(new DescIndexResponseWrapper(data(client.describeIndex(DescribeIndexParam.newBuilder()
                                .withCollectionName(name)
                                .build())))
                        .getIndexDescByFieldName("vector")
                        .getIndexType())
                .isEqualTo(IndexType.HNSW);
        load(name);

        scenario.run();

        data(client.releaseCollection(
                ReleaseCollectionParam.newBuilder().withCollectionName(name).build()));
        assertThat(data(client.getLoadState(GetLoadStateParam.newBuilder()
                                .withCollectionName(name)
                                .build()))
                        .getState())
                .isEqualTo(LoadState.LoadStateNotLoad);
        R<?> refused = client.query(QueryParam.newBuilder()
                .withCollectionName(name)
                .withExpr("")
                .withOutFields(List.of("count(*)"))
                .build());
        assertThat(refused.getMessage()).contains("not loaded");
        load(name);
        assertThat(scenario.count("")).isEqualTo(ScenarioV1.ROWS);
        drop(name);
    }

    @Test
    void iteratorsVisitEveryRowOnceAndInOrder() {
        String name = "iterated";
        few(name);
        QueryIterator queried = data(client.queryIterator(QueryIteratorParam.newBuilder()
                .withCollectionName(name)
                .withExpr("id >= 3")
                .withOutFields(List.of("id", "vector"))
                .withBatchSize(70L)
                .build()));
        List<Long> ids = new ArrayList<>();
        for (var rows = queried.next(); !rows.isEmpty(); rows = queried.next()) {
            assertThat(rows.size()).isLessThanOrEqualTo(70);
            rows.forEach(row -> ids.add((Long) row.get("id")));
        }
        queried.close();
        assertThat(ids)
                .containsExactlyElementsOf(
                        IntStream.range(3, FEW).mapToObj(Long::valueOf).toList());

        float[] query = words.vectors()[7];
        SearchIterator searched = data(client.searchIterator(SearchIteratorParam.newBuilder()
                .withCollectionName(name)
                .withVectorFieldName("vector")
                .withFloatVectors(List.of(list(query)))
                .withMetricType(MetricType.COSINE)
                .withTopK(300)
                .withBatchSize(64L)
                .withParams("{}")
                .build()));
        List<Integer> hits = new ArrayList<>();
        for (var rows = searched.next(); !rows.isEmpty(); rows = searched.next()) {
            for (QueryResultsWrapper.RowRecord row : rows) {
                hits.add(Math.toIntExact((Long) row.get("id")));
            }
        }
        searched.close();
        assertThat(hits).hasSize(300).doesNotHaveDuplicates();
        assertThat(new HashSet<>(hits)).isEqualTo(new HashSet<>(words.nearest(query, 300, row -> row < FEW)));
        drop(name);
    }

    @Test
    void partitionsHoldTheirOwnRows() {
        String name = "parted";
        few(name);
        data(client.createPartition(CreatePartitionParam.newBuilder()
                .withCollectionName(name)
                .withPartitionName("more")
                .build()));
        assertThat(data(client.hasPartition(HasPartitionParam.newBuilder()
                        .withCollectionName(name)
                        .withPartitionName("more")
                        .build())))
                .isTrue();
        insert(name, "more", FEW, 2 * FEW);
        float[] query = words.vectors()[FEW + 5];
        assertThat(partition(name, "more", query))
                .containsExactlyElementsOf(words.nearest(query, 10, row -> row >= FEW && row < 2 * FEW));
        assertThat(partition(name, "_default", query))
                .containsExactlyElementsOf(words.nearest(query, 10, row -> row < FEW));
        assertThat(data(client.showPartitions(ShowPartitionsParam.newBuilder()
                                .withCollectionName(name)
                                .build()))
                        .getPartitionNamesList())
                .containsExactlyInAnyOrder("_default", "more");
        data(client.releasePartitions(ReleasePartitionsParam.newBuilder()
                .withCollectionName(name)
                .addPartitionName("more")
                .build()));
        data(client.dropPartition(DropPartitionParam.newBuilder()
                .withCollectionName(name)
                .withPartitionName("more")
                .build()));
        assertThat(new ScenarioV1(client, words, name).count("")).isEqualTo(FEW);
        drop(name);
    }

    @Test
    void aliasesFollowTheirCollection() {
        few("first");
        few("second");
        insert("second", "_default", FEW, FEW + 1);
        data(client.createAlias(CreateAliasParam.newBuilder()
                .withCollectionName("first")
                .withAlias("current")
                .build()));
        ScenarioV1 current = new ScenarioV1(client, words, "current");
        assertThat(current.count("")).isEqualTo(FEW);
        data(client.alterAlias(AlterAliasParam.newBuilder()
                .withCollectionName("second")
                .withAlias("current")
                .build()));
        assertThat(current.count("")).isEqualTo(FEW + 1);
        assertThat(data(client.listAliases(ListAliasesParam.newBuilder()
                                .withCollectionName("second")
                                .build()))
                        .getAliasesList())
                .containsExactly("current");
        data(client.dropAlias(DropAliasParam.newBuilder().withAlias("current").build()));
        drop("first");
        drop("second");
    }

    @Test
    void hybridSearchRanksBothAnswersTogether() {
        String name = "halves";
        create(name, 1, key("id"), vector("left", HALF), vector("right", HALF));
        List<List<Float>> left = new ArrayList<>();
        List<List<Float>> right = new ArrayList<>();
        List<Long> ids = new ArrayList<>();
        for (int row = 0; row < FEW; row++) {
            ids.add((long) row);
            left.add(list(half(row, 0)));
            right.add(list(half(row, HALF)));
        }
        data(client.insert(InsertParam.newBuilder()
                .withCollectionName(name)
                .withFields(List.of(
                        new InsertParam.Field("id", ids),
                        new InsertParam.Field("left", left),
                        new InsertParam.Field("right", right)))
                .build()));
        index(name, "left", IndexType.FLAT, "{}");
        index(name, "right", IndexType.FLAT, "{}");
        load(name);

        SearchResultsWrapper found = new SearchResultsWrapper(data(client.hybridSearch(HybridSearchParam.newBuilder()
                        .withCollectionName(name)
                        .addSearchRequest(half("left", half(9, 0)))
                        .addSearchRequest(half("right", half(9, HALF)))
                        .withRanker(RRFRanker.newBuilder().withK(60).build())
                        .withTopK(15)
                        .withOutFields(List.of("id"))
                        .withConsistencyLevel(ConsistencyLevelEnum.STRONG)
                        .build()))
                .getResults());

        Map<Integer, Double> exact = new HashMap<>();
        for (int from : new int[] {0, HALF}) {
            float[][] rows =
                    IntStream.range(0, FEW).mapToObj(row -> half(row, from)).toArray(float[][]::new);
            List<Integer> ranked = new Words(words.labels(), rows).nearest(half(9, from), 20, row -> true);
            for (int rank = 0; rank < ranked.size(); rank++) {
                exact.merge(ranked.get(rank), 1.0 / (60 + rank + 1), Double::sum);
            }
        }
        List<Double> best = exact.values().stream()
                .sorted((a, b) -> Double.compare(b, a))
                .limit(15)
                .toList();
        List<SearchResultsWrapper.IDScore> hits = found.getIDScore(0);
        assertThat(hits).hasSize(15);
        for (int i = 0; i < 15; i++) {
            assertThat((double) hits.get(i).getScore()).isCloseTo(best.get(i), within(1e-6));
            assertThat(exact.get((int) hits.get(i).getLongID())).isCloseTo(best.get(i), within(1e-6));
        }
        drop(name);
    }

    private static AnnSearchParam half(String field, float[] query) {
        return AnnSearchParam.newBuilder()
                .withVectorFieldName(field)
                .withFloatVectors(List.of(list(query)))
                .withMetricType(MetricType.COSINE)
                .withTopK(20)
                .withParams("{}")
                .build();
    }

    private static float[] half(int row, int from) {
        return Arrays.copyOfRange(words.vectors()[row], from, from + HALF);
    }

    private static List<Integer> partition(String name, String partition, float[] query) {
        return new SearchResultsWrapper(data(client.search(SearchParam.newBuilder()
                                .withCollectionName(name)
                                .withPartitionNames(List.of(partition))
                                .withVectorFieldName("vector")
                                .withFloatVectors(List.of(list(query)))
                                .withMetricType(MetricType.COSINE)
                                .withTopK(10)
                                .withConsistencyLevel(ConsistencyLevelEnum.STRONG)
                                .build()))
                        .getResults())
                .getIDScore(0).stream().map(hit -> (int) hit.getLongID()).toList();
    }

    /** A loaded collection of the first few words, searched exactly. */
    private static void few(String name) {
        create(name, 1, key("id"), vector("vector", Words.DIMENSION));
        index(name, "vector", IndexType.FLAT, "{}");
        load(name);
        insert(name, "_default", 0, FEW);
    }

    private static void insert(String name, String partition, int from, int to) {
        data(client.insert(InsertParam.newBuilder()
                .withCollectionName(name)
                .withPartitionName(partition)
                .withFields(List.of(
                        new InsertParam.Field(
                                "id",
                                IntStream.range(from, to)
                                        .mapToObj(Long::valueOf)
                                        .toList()),
                        new InsertParam.Field(
                                "vector",
                                IntStream.range(from, to)
                                        .mapToObj(row -> list(words.vectors()[row]))
                                        .toList())))
                .build()));
    }

    private static void create(String name, int shards, FieldType... fields) {
        data(client.createCollection(CreateCollectionParam.newBuilder()
                .withCollectionName(name)
                .withShardsNum(shards)
                .withSchema(CollectionSchemaParam.newBuilder()
                        .withFieldTypes(List.of(fields))
                        .build())
                .build()));
    }

    private static void index(String name, String field, IndexType type, String parameters) {
        data(client.createIndex(CreateIndexParam.newBuilder()
                .withCollectionName(name)
                .withFieldName(field)
                .withIndexType(type)
                .withMetricType(MetricType.COSINE)
                .withExtraParam(parameters)
                .withSyncMode(true)
                .build()));
    }

    private static void load(String name) {
        data(client.loadCollection(
                LoadCollectionParam.newBuilder().withCollectionName(name).build()));
    }

    private static void drop(String name) {
        data(client.dropCollection(
                DropCollectionParam.newBuilder().withCollectionName(name).build()));
    }
}
