package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import org.elanus.milvus.proto.ArrayArray;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.DeleteRequest;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldPartialUpdateOp;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.IntArray;
import org.elanus.milvus.proto.JSONArray;
import org.elanus.milvus.proto.LoadCollectionRequest;
import org.elanus.milvus.proto.MutationResult;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.Status;
import org.elanus.milvus.proto.UpsertRequest;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.junit.jupiter.api.Test;

/** Inserts, upserts, deletes. */
class RowCallsTest extends ProtocolTest {

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
        MutationResult result =
                server.client.insert(threeRows().setSchemaTimestamp(12345).build());
        assertThat(result.getStatus().getCode()).isEqualTo(109);
    }

    @Test
    void anInsertWithoutRowsIsRefused() {
        MutationResult result = server.client.insert(
                InsertRequest.newBuilder().setCollectionName(NAME).build());
        assertThat(result.getStatus().getCode()).isEqualTo(1100);
        MutationResult huge = server.client.insert(threeRows().setNumRows(-1).build());
        assertThat(huge.getStatus().getReason()).contains("4294967295");
    }

    @Test
    void moreRowsThanAnyFieldHasAreRefused() {
        MutationResult without = server.client.insert(InsertRequest.newBuilder()
                .setCollectionName(NAME)
                .setNumRows(Integer.MAX_VALUE)
                .build());
        assertThat(without.getStatus().getCode()).isEqualTo(1100);
        assertThat(without.getStatus().getReason()).contains("2147483647", "fields_data is empty");
        MutationResult shorter =
                server.client.insert(threeRows().setNumRows(Integer.MAX_VALUE).build());
        assertThat(shorter.getStatus().getCode()).isEqualTo(1100);
        assertThat(shorter.getStatus().getReason()).contains("field '", "2147483647", "3");
        MutationResult upserted = server.client.upsert(UpsertRequest.newBuilder()
                .setCollectionName(NAME)
                .setNumRows(Integer.MAX_VALUE)
                .build());
        assertThat(upserted.getStatus().getReason()).contains("2147483647");
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
    void partialUpdatesRefuseColumnsOfAnotherType() {
        server.client.insert(threeRows().build());
        FieldData notKeys = vectors(8, 8, 9, 9).toBuilder().setFieldName("id").build();
        FieldData notDynamic =
                ids(3, 1).toBuilder().setFieldName("$meta").setIsDynamic(true).build();
        for (FieldData wrong : List.of(notKeys, notDynamic)) {
            Status status = server.client
                    .upsert(UpsertRequest.newBuilder()
                            .setCollectionName(NAME)
                            .setNumRows(2)
                            .addAllFieldsData(wrong == notKeys ? List.of(wrong) : List.of(ids(3, 1), wrong))
                            .setPartialUpdate(true)
                            .build())
                    .getStatus();
            assertThat(status.getCode()).isEqualTo(1100);
            assertThat(status.getReason()).contains("'" + wrong.getFieldName() + "' is of type");
        }
    }

    @Test
    void deletesByFilterAndAnswersWithTheCountAlone() {
        server.client.insert(threeRows().build());
        MutationResult result = server.client.delete(DeleteRequest.newBuilder()
                .setCollectionName(NAME)
                .setExpr("id in [1, 2]")
                .build());
        ok(result.getStatus());
        assertThat(result.getDeleteCnt()).isEqualTo(2);
        assertThat(result.hasIDs()).isFalse();
        assertThat(server.client
                        .delete(DeleteRequest.newBuilder()
                                .setCollectionName(NAME)
                                .build())
                        .getStatus()
                        .getCode())
                .isEqualTo(1100);
    }

    private static FieldData small(int... elements) {
        IntArray.Builder data = IntArray.newBuilder();
        for (int element : elements) {
            data.addData(element);
        }
        return FieldData.newBuilder()
                .setFieldName("small")
                .setType(DataType.Array)
                .setScalars(ScalarField.newBuilder()
                        .setArrayData(ArrayArray.newBuilder()
                                .addData(ScalarField.newBuilder().setIntData(data))))
                .build();
    }

    /** As pymilvus sends arrays: without an element type. */
    @Test
    void arraysAreStoredWithTheElementTypeOfTheSchema() {
        ok(server.client.createCollection(CreateCollectionRequest.newBuilder()
                .setCollectionName("arrays")
                .setSchema(schema().toBuilder()
                        .setName("arrays")
                        .addFields(FieldSchema.newBuilder()
                                .setName("small")
                                .setDataType(DataType.Array)
                                .setElementType(DataType.Int8)
                                .addTypeParams(pair("max_capacity", "4")))
                        .build()
                        .toByteString())
                .build()));
        ok(server.client.loadCollection(
                LoadCollectionRequest.newBuilder().setCollectionName("arrays").build()));
        InsertRequest.Builder insert = InsertRequest.newBuilder()
                .setCollectionName("arrays")
                .setNumRows(1)
                .addFieldsData(ids(1))
                .addFieldsData(vectors(1, 2));
        ok(server.client
                .insert(insert.clone().addFieldsData(small(5, -6)).build())
                .getStatus());
        assertThat(((VariableColumn) server.database.inserted("small")).getBytes(0))
                .containsExactly(5, -6);
        Status refused = server.client
                .insert(insert.clone().addFieldsData(small(300)).build())
                .getStatus();
        assertThat(refused.getCode()).isEqualTo(1100);
        assertThat(refused.getReason()).contains("'small'", "300", "INT8");
        Status stale = server.client
                .insert(insert.clone()
                        .addFieldsData(small(300))
                        .setSchemaTimestamp(12345)
                        .build())
                .getStatus();
        assertThat(stale.getCode()).isEqualTo(109);
        UpsertRequest.Builder append = UpsertRequest.newBuilder()
                .setCollectionName("arrays")
                .setNumRows(1)
                .addFieldsData(ids(1))
                .addFieldOps(FieldPartialUpdateOp.newBuilder()
                        .setFieldName("small")
                        .setOp(FieldPartialUpdateOp.OpType.ARRAY_APPEND));
        ok(server.client
                .upsert(append.clone().addFieldsData(small(7)).build())
                .getStatus());
        assertThat(((VariableColumn) server.database.inserted("small")).getBytes(0))
                .containsExactly(5, -6, 7);
        assertThat(server.client
                        .upsert(append.clone().addFieldsData(small(-129)).build())
                        .getStatus()
                        .getCode())
                .isEqualTo(1100);
    }
}
