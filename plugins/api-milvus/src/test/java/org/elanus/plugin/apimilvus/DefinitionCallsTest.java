package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.elanus.milvus.proto.AlterCollectionRequest;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.ConnectRequest;
import org.elanus.milvus.proto.ConnectResponse;
import org.elanus.milvus.proto.ConsistencyLevel;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.CreateIndexRequest;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DescribeCollectionRequest;
import org.elanus.milvus.proto.DescribeCollectionResponse;
import org.elanus.milvus.proto.DescribeIndexRequest;
import org.elanus.milvus.proto.DescribeIndexResponse;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FlushRequest;
import org.elanus.milvus.proto.FlushResponse;
import org.elanus.milvus.proto.GetCompactionStateRequest;
import org.elanus.milvus.proto.GetCompactionStateResponse;
import org.elanus.milvus.proto.GetLoadStateRequest;
import org.elanus.milvus.proto.GetLoadingProgressRequest;
import org.elanus.milvus.proto.GetVersionRequest;
import org.elanus.milvus.proto.IndexState;
import org.elanus.milvus.proto.LoadState;
import org.elanus.milvus.proto.ManualCompactionRequest;
import org.junit.jupiter.api.Test;

/** The handshake, collections, indexes, flushes. */
class DefinitionCallsTest extends ProtocolTest {

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
        ConnectResponse response = server.clientWith("dbname", "nowhere").connect(ConnectRequest.getDefaultInstance());
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
        assertThat(described.getPropertiesList())
                .containsExactlyInAnyOrder(pair("collection.ttl.seconds", "60"), pair("timezone", "UTC"));
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
                .addFunctions(
                        org.elanus.milvus.proto.FunctionSchema.newBuilder().setName("bm25"))
                .build();
        assertThat(createStatus(functions.toByteString()).getReason()).contains("bm25");
        assertThat(createStatus(ByteString.copyFromUtf8("\u0001\u0002garbage")).getCode())
                .isEqualTo(1100);
        assertThat(createStatus(ByteString.EMPTY).getCode()).isEqualTo(1101);
        CollectionSchema text = schema().toBuilder()
                .addFields(FieldSchema.newBuilder().setName("g").setDataType(DataType.Text))
                .build();
        assertThat(createStatus(text.toByteString()).getReason()).contains("Text", "'g'");
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
        DescribeIndexResponse response = server.client.describeIndex(DescribeIndexRequest.newBuilder()
                .setCollectionName(NAME)
                .setFieldName("v")
                .build());
        assertThat(response.getIndexDescriptions(0).getState()).isEqualTo(IndexState.Finished);
        assertThat(response.getIndexDescriptions(0).getParamsList())
                .containsExactly(
                        pair("index_type", "HNSW"),
                        pair("metric_type", "L2"),
                        pair("M", "16"),
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
                        .flush(FlushRequest.newBuilder()
                                .addCollectionNames("none")
                                .build())
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
}
