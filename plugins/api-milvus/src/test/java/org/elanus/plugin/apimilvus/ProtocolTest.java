package org.elanus.plugin.apimilvus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.elanus.milvus.proto.CollectionSchema;
import org.elanus.milvus.proto.ConsistencyLevel;
import org.elanus.milvus.proto.CreateCollectionRequest;
import org.elanus.milvus.proto.DataType;
import org.elanus.milvus.proto.FieldData;
import org.elanus.milvus.proto.FieldSchema;
import org.elanus.milvus.proto.FloatArray;
import org.elanus.milvus.proto.InsertRequest;
import org.elanus.milvus.proto.JSONArray;
import org.elanus.milvus.proto.KeyValuePair;
import org.elanus.milvus.proto.LoadCollectionRequest;
import org.elanus.milvus.proto.LongArray;
import org.elanus.milvus.proto.PlaceholderGroup;
import org.elanus.milvus.proto.PlaceholderType;
import org.elanus.milvus.proto.PlaceholderValue;
import org.elanus.milvus.proto.ScalarField;
import org.elanus.milvus.proto.SearchRequest;
import org.elanus.milvus.proto.StringArray;
import org.elanus.milvus.proto.ValueField;
import org.elanus.milvus.proto.VectorField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The protocol over a real socket, to a collection of books in memory. */
abstract class ProtocolTest {

    static final String NAME = "books";

    static Endpoint server;

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

    static CollectionSchema schema() {
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

    static KeyValuePair pair(String key, String value) {
        return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
    }

    @SuppressWarnings("deprecation") // clients look at both codes
    static void ok(org.elanus.milvus.proto.Status status) {
        assertThat(status.getCode()).as(status.getReason()).isZero();
        assertThat(status.getErrorCodeValue()).isZero();
    }

    static FieldData ids(long... ids) {
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

    static FieldData vectors(float... values) {
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

    static InsertRequest.Builder threeRows() {
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
                                .setStringData(
                                        StringArray.newBuilder().addData("one").addData("three"))))
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

    static ByteString queries(float[]... vectors) {
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

    static SearchRequest.Builder search() {
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
                .addSearchParams(pair("params", "{\"ef\": 64, \"radius\": 100.5, \"hint\": \"x\"}"));
    }
}
