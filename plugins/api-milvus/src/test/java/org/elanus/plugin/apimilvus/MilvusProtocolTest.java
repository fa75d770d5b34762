package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.elanus.milvus.proto.AlterCollectionRequest;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.ConnectRequest;
import org.elanus.milvus.proto.ConnectResponse;
import org.elanus.milvus.proto.ConsistencyLevel;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.CreateCredentialRequest;
import org.elanus.milvus.proto.CreateIndexRequest;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DeleteRequest;
import org.elanus.milvus.proto.DescribeCollectionRequest;
import org.elanus.milvus.proto.DescribeCollectionResponse;
import org.elanus.milvus.proto.DescribeIndexRequest;
import org.elanus.milvus.proto.DescribeIndexResponse;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.FlushRequest;
import org.elanus.milvus.proto.FlushResponse;
import org.elanus.milvus.proto.GetCompactionStateRequest;
import org.elanus.milvus.proto.GetCompactionStateResponse;
import org.elanus.milvus.proto.GetLoadStateRequest;
import org.elanus.milvus.proto.GetLoadingProgressRequest;
import org.elanus.milvus.proto.GetVersionRequest;
import org.elanus.milvus.proto.HybridSearchRequest;
import org.elanus.milvus.proto.IndexState;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.JSONArray;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.LoadCollectionRequest;
import org.elanus.milvus.proto.LoadState;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.ManualCompactionRequest;
import org.elanus.milvus.proto.MilvusServiceGrpc;
import org.elanus.milvus.proto.MutationResult;
import org.elanus.milvus.proto.PlaceholderGroup;
import org.elanus.milvus.proto.PlaceholderType;
import org.elanus.milvus.proto.PlaceholderValue;
import org.elanus.milvus.proto.QueryRequest;
import org.elanus.milvus.proto.QueryResults;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.SearchRequest;
import org.elanus.milvus.proto.SearchResults;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.TemplateValue;
import org.elanus.milvus.proto.TransferNodeRequest;
import org.elanus.milvus.proto.UpsertRequest;
import org.elanus.milvus.proto.ValueField;
import org.elanus.milvus.proto.VectorField;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The protocol over a real socket. */
class MilvusProtocolTest {

    private static final String NAME = "books";

    private static Endpoint server;

    @BeforeAll
    static void open() {
        server = new Endpoint();
    }

    @AfterAll
    static void close() throws InterruptedException {
        server.close();
    }

    @BeforeEach
    void create() {
        ok(server.client.createCollection(CreateCollectionRequest.newBuilder()
                .setCollectionName(NAME)
                .setSchema(schema().toByteString())
                .setConsistencyLevel(ConsistencyLevel.Bounded)
                .addProperties(pair("collection.ttl.seconds", "60"))
                .build()));
        ok(server.client.loadCollection(
                LoadCollectionRequest.newBuilder().setCollectionName(NAME).build()));
    }

    @AfterEach
    void heal() {
        server.database.failure.set(null);
    }

    private static CollectionSchema schema() {
        return CollectionSchema.newBuilder()
                .setName(NAME)
                .setDescription("of books")
                .setEnableDynamicField(true)
                .addFields(FieldSchema.newBuilder()
                        .setName("id")
                        .setDataType(DataType.Int64)
                        .setIsPrimaryKey(true))
                .addFields(FieldSchema.newBuilder()
                        .setName("v")
                        .setDataType(DataType.FloatVector)
                        .addTypeParams(pair("dim", "2")))
                .addFields(FieldSchema.newBuilder()
                        .setName("title")
                        .setDataType(DataType.VarChar)
                        .setNullable(true)
                        .setDefaultValue(ValueField.newBuilder().setStringData("none"))
                        .addTypeParams(pair("max_length", "20")))
                .build();
    }

    private static KeyValuePair pair(String key, String value) {
        return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
    }

    @SuppressWarnings("deprecation") // clients look at both codes
    private static void ok(org.elanus.milvus.proto.Status status) {
        assertThat(status.getCode()).as(status.getReason()).isZero();
        assertThat(status.getErrorCodeValue()).isZero();
    }

    private static FieldData ids(long... ids) {
        LongArray.Builder data = LongArray.newBuilder();
        for (long id : ids) {
            data.addData(id);
        }
        return FieldData.newBuilder()
                .setFieldName("id")
                .setType(DataType.Int64)
                .setScalars(ScalarField.newBuilder().setLongData(data))
                .build();
    }

    private static FieldData vectors(float... values) {
        FloatArray.Builder data = FloatArray.newBuilder();
        for (float value : values) {
            data.addData(value);
        }
        return FieldData.newBuilder()
                .setFieldName("v")
                .setType(DataType.FloatVector)
                .setVectors(VectorField.newBuilder().setDim(2).setFloatVector(data))
                .build();
    }

    private static InsertRequest.Builder threeRows() {
        return InsertRequest.newBuilder()
                .setCollectionName(NAME)
                .setNumRows(3)
                .addFieldsData(ids(1, 2, 3))
                .addFieldsData(vectors(0, 0, 1, 0, 5, 0))
                .addFieldsData(FieldData.newBuilder()
                        .setFieldName("title")
                        .setType(DataType.VarChar)
                        .addValidData(true)
                        .addValidData(false)
                        .addValidData(true)
                        .setScalars(ScalarField.newBuilder()
                                .setStringData(StringArray.newBuilder().addData("one").addData("three"))))
                .addFieldsData(FieldData.newBuilder()
                        .setFieldName("$meta")
                        .setType(DataType.JSON)
                        .setIsDynamic(true)
                        .setScalars(ScalarField.newBuilder()
                                .setJsonData(JSONArray.newBuilder()
                                        .addData(ByteString.copyFromUtf8("{\"pages\":1}"))
                                        .addData(ByteString.copyFromUtf8("{}"))
                                        .addData(ByteString.copyFromUtf8("{\"pages\":3}")))));
    }

    private static ByteString queries(float[]... vectors) {
        PlaceholderValue.Builder value =
                PlaceholderValue.newBuilder().setTag("$0").setType(PlaceholderType.FloatVector);
        for (float[] vector : vectors) {
            ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
            for (float each : vector) {
                bytes.putFloat(each);
            }
            value.addValues(ByteString.copyFrom(bytes.flip()));
        }
        return PlaceholderGroup.newBuilder().addPlaceholders(value).build().toByteString();
    }

    private static SearchRequest.Builder search() {
        return SearchRequest.newBuilder()
                .setCollectionName(NAME)
                .setNq(2)
                .setPlaceholderGroup(queries(new float[] {0, 0}, new float[] {4, 0}))
                .addOutputFields("title")
                .addOutputFields("pages")
                .addSearchParams(pair("anns_field", "v"))
                .addSearchParams(pair("topk", "2"))
                .addSearchParams(pair("metric_type", "L2"))
                .addSearchParams(pair("round_decimal", "3"))
                .addSearchParams(pair("params", "{\"ef\": 64, \"radius\": 10.5, \"hint\": \"x\"}"));
    }

    @Test
    void handshakeGivesAnIdentifierAndTheVersion() {
        ConnectResponse response = server.client.connect(ConnectRequest.getDefaultInstance());
        ok(response.getStatus());
        assertThat(response.getIdentifier()).isNotZero();
        assertThat(response.getServerInfo().getBuildTags()).isEqualTo("v2.6.20");
        assertThat(response.getServerInfo().getReservedMap()).containsKey("elanus_version");
        assertThat(server.client
                        .getVersion(GetVersionRequest.getDefaultInstance())
                        .getVersion())
                .isEqualTo("v2.6.20");
    }

    @Test
    void handshakeRefusesADatabaseThatDoesNotExist() {
        ConnectResponse response =
                server.clientWith("dbname", "nowhere").connect(ConnectRequest.getDefaultInstance());
        assertThat(response.getStatus().getCode()).isEqualTo(800);
        assertThat(response.getStatus().getReason()).startsWith("database not found[database=nowhere]");
    }

    @Test
    void describesACollectionAsItWasCreated() {
        DescribeCollectionResponse described = server.client.describeCollection(
                DescribeCollectionRequest.newBuilder().setCollectionName(NAME).build());
        ok(described.getStatus());
        List<FieldSchema> fields = new ArrayList<>();
        for (FieldSchema field : described.getSchema().getFieldsList()) {
            assertThat(field.getFieldID()).isGreaterThanOrEqualTo(100);
            fields.add(field.toBuilder().clearFieldID().build());
        }
        assertThat(fields).containsExactlyElementsOf(schema().getFieldsList()); // and so without $meta
        assertThat(described.getSchema().getEnableDynamicField()).isTrue();
        assertThat(described.getSchema().getDescription()).isEqualTo("of books");
        assertThat(described.getConsistencyLevel()).isEqualTo(ConsistencyLevel.Bounded);
        assertThat(described.getPropertiesList()).containsExactly(pair("collection.ttl.seconds", "60"));
        assertThat(described.getUpdateTimestamp()).isNotZero();
        assertThat(described.getUpdateTimestampStr()).isEqualTo(Long.toString(described.getUpdateTimestamp()));
        assertThat(described.getPhysicalChannelNamesList()).containsExactly("ch0");
        DescribeCollectionResponse byId = server.client.describeCollection(DescribeCollectionRequest.newBuilder()
                .setCollectionID(described.getCollectionID())
                .build());
        assertThat(byId.getCollectionName()).isEqualTo(NAME);
    }

    @Test
    void missingCollectionIsReportedAsClientsExpect() {
        DescribeCollectionResponse response = server.client.describeCollection(
                DescribeCollectionRequest.newBuilder().setCollectionName("none").build());
        assertThat(response.getStatus().getCode()).isEqualTo(100);
        assertThat(response.getStatus().getReason())
                .startsWith("can't find collection[database=default][collection=none]");
        assertThat(server.client
                        .getLoadState(GetLoadStateRequest.newBuilder()
                                .setCollectionName("none")
                                .build())
                        .getState())
                .isEqualTo(LoadState.LoadStateNotExist);
        assertThat(server.client
                        .getLoadingProgress(GetLoadingProgressRequest.newBuilder()
                                .setCollectionName(NAME)
                                .build())
                        .getProgress())
                .isEqualTo(100);
    }

    @Test
    void refusesSchemasItCannotServe() {
        CollectionSchema functions = schema().toBuilder()
                .addFunctions(org.elanus.milvus.proto.FunctionSchema.newBuilder().setName("bm25"))
                .build();
        assertThat(createStatus(functions.toByteString()).getReason()).contains("bm25");
        assertThat(createStatus(ByteString.copyFromUtf8("\u0001\u0002garbage")).getCode()).isEqualTo(1100);
        assertThat(createStatus(ByteString.EMPTY).getCode()).isEqualTo(1101);
        CollectionSchema geometry = schema().toBuilder()
                .addFields(FieldSchema.newBuilder().setName("g").setDataType(DataType.Geometry))
                .build();
        assertThat(createStatus(geometry.toByteString()).getReason()).contains("Geometry", "'g'");
        CollectionSchema unknown = schema().toBuilder()
                .addFields(FieldSchema.newBuilder().setName("g").setDataTypeValue(77))
                .build();
        assertThat(createStatus(unknown.toByteString()).getReason()).contains("77", "'g'");
    }

    private static org.elanus.milvus.proto.Status createStatus(ByteString schema) {
        return server.client.createCollection(CreateCollectionRequest.newBuilder()
                .setCollectionName("refused")
                .setSchema(schema)
                .build());
    }

    @Test
    void refusesNamesThatBreakTheRules() {
        for (String name : List.of("", "1abc", "a-b", "é", "a".repeat(256))) {
            org.elanus.milvus.proto.Status status = server.client.createCollection(CreateCollectionRequest.newBuilder()
                    .setCollectionName(name)
                    .setSchema(schema().toByteString())
                    .build());
            assertThat(status.getCode()).as(name).isEqualTo(1100);
        }
    }

    @Test
    void insertsRowsAndAnswersWithTheirKeys() {
        MutationResult result = server.client.insert(threeRows().build());
        ok(result.getStatus());
        assertThat(result.getIDs().getIntId().getDataList()).containsExactly(1L, 2L, 3L);
        assertThat(result.getSuccIndexList()).containsExactly(0, 1, 2);
        assertThat(result.getInsertCnt()).isEqualTo(3);
        assertThat(result.getAcknowledged()).isTrue();
        assertThat(result.getTimestamp()).isNotZero();
        FixedColumn vectors = (FixedColumn) server.database.inserted("v");
        assertThat(vectors.width()).isEqualTo(8);
        assertThat(vectors.data().get(FixedColumn.FLOAT, 16)).isEqualTo(5f);
        assertThat(server.database.inserted("title").isNull(1)).isTrue();
        assertThat(server.database.inserted("$meta").rows()).isEqualTo(3);
    }

    @Test
    void anInsertThatKnowsAnOldSchemaIsToldSo() {
        MutationResult result = server.client.insert(threeRows().setSchemaTimestamp(12345).build());
        assertThat(result.getStatus().getCode()).isEqualTo(109);
    }

    @Test
    void anInsertWithoutRowsIsRefused() {
        MutationResult result = server.client.insert(
                InsertRequest.newBuilder().setCollectionName(NAME).build());
        assertThat(result.getStatus().getCode()).isEqualTo(1100);
        MutationResult huge = server.client.insert(
                threeRows().setNumRows(-1).build());
        assertThat(huge.getStatus().getReason()).contains("4294967295");
    }

    @Test
    void upsertsWholeRows() {
        UpsertRequest request = UpsertRequest.newBuilder()
                .setCollectionName(NAME)
                .setNumRows(3)
                .addAllFieldsData(threeRows().getFieldsDataList())
                .build();
        MutationResult result = server.client.upsert(request);
        ok(result.getStatus());
        assertThat(result.getUpsertCnt()).isEqualTo(3);
    }

    private static FieldData meta(String... objects) {
        JSONArray.Builder data = JSONArray.newBuilder();
        for (String object : objects) {
            data.addData(ByteString.copyFromUtf8(object));
        }
        return FieldData.newBuilder()
                .setFieldName("$meta")
                .setType(DataType.JSON)
                .setIsDynamic(true)
                .setScalars(ScalarField.newBuilder().setJsonData(data))
                .build();
    }

    @Test
    void partialUpdatesKeepWhatTheyDoNotName() {
        server.client.insert(threeRows().build());
        MutationResult result = server.client.upsert(UpsertRequest.newBuilder()
                .setCollectionName(NAME)
                .setNumRows(2)
                .addFieldsData(ids(3, 1))
                .addFieldsData(meta("{\"color\":\"red\"}", "{\"pages\":9}"))
                .setPartialUpdate(true)
                .build());
        ok(result.getStatus());
        FixedColumn vectors = (FixedColumn) server.database.inserted("v");
        assertThat(vectors.data().get(FixedColumn.FLOAT, 0)).isEqualTo(5f);
        assertThat(vectors.data().get(FixedColumn.FLOAT, 8)).isEqualTo(0f);
        VariableColumn titles = (VariableColumn) server.database.inserted("title");
        assertThat(titles.getString(0)).isEqualTo("three");
        assertThat(titles.getString(1)).isEqualTo("one");
        VariableColumn dynamic = (VariableColumn) server.database.inserted("$meta");
        assertThat(dynamic.getString(0)).isEqualTo("{\"pages\":3,\"color\":\"red\"}");
        assertThat(dynamic.getString(1)).isEqualTo("{\"pages\":9}");
    }

    @Test
    void partialUpdatesOfNewRowsAreInsertsWithNulls() {
        server.client.insert(threeRows().build());
        ok(server.client
                .upsert(UpsertRequest.newBuilder()
                        .setCollectionName(NAME)
                        .setNumRows(2)
                        .addFieldsData(ids(1, 70))
                        .addFieldsData(vectors(8, 8, 9, 9))
                        .setPartialUpdate(true)
                        .build())
                .getStatus());
        Column titles = server.database.inserted("title");
        assertThat(titles.isNull(0)).isFalse();
        assertThat(titles.isNull(1)).isTrue();
    }

    @Test
    void deletesByFilterAndAnswersWithTheCountAlone() {
        server.client.insert(threeRows().build());
        MutationResult result = server.client.delete(
                DeleteRequest.newBuilder().setCollectionName(NAME).setExpr("id in [1, 2]").build());
        ok(result.getStatus());
        assertThat(result.getDeleteCnt()).isEqualTo(2);
        assertThat(result.hasIDs()).isFalse();
        assertThat(server.client
                        .delete(DeleteRequest.newBuilder().setCollectionName(NAME).build())
                        .getStatus()
                        .getCode())
                .isEqualTo(1100);
    }

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
        assertThat(seen.parameters()).containsEntry("ef", "64").containsEntry("radius", "10.5").containsEntry("hint", "x");
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
        server.client.search(search().setConsistencyLevel(ConsistencyLevel.Eventually).build());
        assertThat(seenConsistency()).isEqualTo(Consistency.EVENTUAL);
        server.client.search(search().setUseDefaultConsistency(true).setGuaranteeTimestamp(1).build());
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
        assertThat(searchStatus(search().addSearchParams(pair("offset", "16384")))).contains("16384", "16386");
        assertThat(searchStatus(search().addSearchParams(pair("group_by_field", "title")))).contains("title");
        assertThat(searchStatus(search().setNq(3))).contains("3", "2");
        assertThat(searchStatus(search().setPlaceholderGroup(ByteString.copyFromUtf8("garbage")))).isNotEmpty();
        assertThat(searchStatus(search().clearPlaceholderGroup())).contains("query vectors");
        assertThat(searchStatus(search().setPlaceholderGroup(queries(new float[] {1, 2}, new float[] {1}))))
                .contains("query vector 1");
        assertThat(searchStatus(search().setPlaceholderGroup(queries(new float[16385][2])).setNq(0)))
                .contains("16385", "16384");
    }

    private static String searchStatus(SearchRequest.Builder request) {
        org.elanus.milvus.proto.Status status = server.client.search(request.build()).getStatus();
        assertThat(status.getCode()).isIn(1100, 1101, 3000);
        return status.getReason();
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
        assertThat(response.getFieldsDataList()).extracting(FieldData::getType)
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
        assertThat(response.getFieldsData(0).getScalars().getLongData().getDataList()).containsExactly(3L);
    }

    @Test
    void templatesReachTheFilter() {
        server.client.query(QueryRequest.newBuilder()
                .setCollectionName(NAME)
                .setExpr("id in [1]")
                .putExprTemplateValues("x", TemplateValue.newBuilder().setInt64Val(7).build())
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
    void indexesAreDescribedWithFlatParameters() {
        assertThat(server.client
                        .describeIndex(DescribeIndexRequest.newBuilder()
                                .setCollectionName(NAME)
                                .build())
                        .getStatus()
                        .getCode())
                .isEqualTo(700);
        ok(server.client.createIndex(CreateIndexRequest.newBuilder()
                .setCollectionName(NAME)
                .setFieldName("v")
                .addExtraParams(pair("index_type", "HNSW"))
                .addExtraParams(pair("metric_type", "L2"))
                .addExtraParams(pair("params", "{\"M\": 16, \"efConstruction\": \"200\"}"))
                .build()));
        DescribeIndexResponse response = server.client.describeIndex(
                DescribeIndexRequest.newBuilder().setCollectionName(NAME).setFieldName("v").build());
        assertThat(response.getIndexDescriptions(0).getState()).isEqualTo(IndexState.Finished);
        assertThat(response.getIndexDescriptions(0).getParamsList())
                .containsExactly(
                        pair("index_type", "HNSW"), pair("metric_type", "L2"), pair("M", "16"),
                        pair("efConstruction", "200"));
        assertThat(server.client
                        .createIndex(CreateIndexRequest.newBuilder()
                                .setCollectionName(NAME)
                                .setFieldName("v")
                                .addExtraParams(pair("M", "8"))
                                .addExtraParams(pair("params", "{\"M\": 16}"))
                                .build())
                        .getCode())
                .isEqualTo(1100);
    }

    @Test
    void flushNamesEveryCollection() {
        FlushResponse response = server.client.flush(
                FlushRequest.newBuilder().addCollectionNames(NAME).build());
        ok(response.getStatus());
        assertThat(response.getCollSegIDsMap()).containsKey(NAME);
        assertThat(response.getFlushCollSegIDsMap()).containsKey(NAME);
        assertThat(response.getCollSealTimesMap()).containsKey(NAME);
        assertThat(response.getCollFlushTsMap().get(NAME)).isNotZero();
        assertThat(server.client
                        .flush(FlushRequest.newBuilder().addCollectionNames("none").build())
                        .getStatus()
                        .getReason())
                .contains("[collection=none]");
    }

    @Test
    void compactionsCompleteBehindTheAnswer() {
        long id = server.client
                .manualCompaction(ManualCompactionRequest.newBuilder()
                        .setCollectionName(NAME)
                        .build())
                .getCompactionID();
        org.awaitility.Awaitility.await().until(() -> {
            GetCompactionStateResponse state = server.client.getCompactionState(
                    GetCompactionStateRequest.newBuilder().setCompactionID(id).build());
            return state.getCompletedPlanNo() == 1;
        });
    }

    @Test
    void alterationsEitherSetOrDelete() {
        assertThat(server.client
                        .alterCollection(AlterCollectionRequest.newBuilder()
                                .setCollectionName(NAME)
                                .addProperties(pair("a", "b"))
                                .addDeleteKeys("c")
                                .build())
                        .getCode())
                .isEqualTo(1100);
    }

    @Test
    void contextCarriesHeadersAndDeadline() {
        server.clientWith("elanus-request-key", "k1")
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .insert(threeRows().build());
        CallContext context = server.database.lastContext.get();
        assertThat(context).isNotNull();
        assertThat(context.requestKey()).contains("k1");
        assertThat(context.requestId()).isNotEmpty();
        assertThat(context.deadlineNanos() - System.nanoTime())
                .isBetween(1L, TimeUnit.SECONDS.toNanos(30));
        server.clientWith("client-request-id", "mine").insert(threeRows().build());
        context = server.database.lastContext.get();
        assertThat(context).isNotNull();
        assertThat(context.requestId()).isEqualTo("mine");
        assertThat(context.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void everyErrorOfTheDatabaseBecomesAStatus() {
        for (StandardErrorCode code : StandardErrorCode.values()) {
            server.database.failure.set(new ElanusException(code, "because"));
            if (code == StandardErrorCode.UNAUTHENTICATED) {
                assertThat(codeOf(() -> server.client.insert(threeRows().build())))
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
                continue;
            }
            org.elanus.milvus.proto.Status status = server.client.insert(threeRows().build()).getStatus();
            assertThat(status.getCode()).as(code.name()).isNotZero();
            assertThat(status.getReason()).contains("because");
        }
        server.database.failure.set(new IllegalStateException("internals"));
        org.elanus.milvus.proto.Status status = server.client.insert(threeRows().build()).getStatus();
        assertThat(status.getCode()).isEqualTo(65535);
        assertThat(status.getReason()).doesNotContain("internals");
    }

    private static Status.Code codeOf(Runnable call) {
        try {
            call.run();
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void commonCallsThatAreMissingAnswerWithAStatusAndRareOnesAreUnimplemented() {
        assertThat(server.client
                        .createCredential(CreateCredentialRequest.getDefaultInstance())
                        .getCode())
                .isEqualTo(10);
        assertThat(codeOf(() -> server.client.transferNode(TransferNodeRequest.getDefaultInstance())))
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    /** Tiers A and B of the protocol, which clients expect to be answered whatever happens. */
    private static final Set<String> COMMON = Set.of(
            "Connect", "ListDatabases", "AllocTimestamp", "CreateCollection", "DropCollection", "HasCollection",
            "DescribeCollection", "ShowCollections", "LoadCollection", "ReleaseCollection", "GetLoadingProgress",
            "GetLoadState", "GetCollectionStatistics", "CreateIndex", "DescribeIndex", "Insert", "Upsert", "Delete",
            "Search", "HybridSearch", "Query", "Flush", "GetFlushState", "GetVersion", "CheckHealth", "CreateDatabase",
            "DropDatabase", "DescribeDatabase", "AlterDatabase", "RenameCollection", "AlterCollection",
            "AlterCollectionField", "AddCollectionField", "TruncateCollection", "BatchDescribeCollection",
            "CreatePartition", "DropPartition", "HasPartition", "ShowPartitions", "LoadPartitions",
            "ReleasePartitions", "GetPartitionStatistics", "CreateAlias", "DropAlias", "AlterAlias", "DescribeAlias",
            "ListAliases", "DropIndex", "AlterIndex", "GetIndexStatistics", "FlushAll", "GetFlushAllState",
            "RunAnalyzer", "ManualCompaction", "GetCompactionState", "GetCompactionStateWithPlans",
            "GetPersistentSegmentInfo", "GetQuerySegmentInfo", "CreateCredential", "UpdateCredential",
            "DeleteCredential", "ListCredUsers", "CreateRole", "DropRole", "OperateUserRole", "SelectRole",
            "SelectUser", "OperatePrivilege", "OperatePrivilegeV2", "SelectGrant", "CreatePrivilegeGroup",
            "DropPrivilegeGroup", "ListPrivilegeGroups", "OperatePrivilegeGroup");

    @Test
    void everyCommonCallAnswersAnEmptyRequestWithAMessage() {
        int answered = 0;
        for (MethodDescriptor<?, ?> method :
                MilvusServiceGrpc.getServiceDescriptor().getMethods()) {
            if (COMMON.contains(String.valueOf(method.getBareMethodName()))) {
                Message answer = callEmpty(method);
                assertThat(answer).as(method.getFullMethodName()).isNotNull();
                answered++;
            }
        }
        assertThat(answered).isEqualTo(COMMON.size());
    }

    @SuppressWarnings("unchecked") // an empty request can be made for any method
    private static Message callEmpty(MethodDescriptor<?, ?> method) {
        MethodDescriptor<Message, Message> any = (MethodDescriptor<Message, Message>) method;
        Message empty = (Message) ((MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller())
                .getMessagePrototype();
        return ClientCalls.blockingUnaryCall(server.channel, any, io.grpc.CallOptions.DEFAULT, empty);
    }
}
