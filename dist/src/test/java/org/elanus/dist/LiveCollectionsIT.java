package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddCollectionFieldReq;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.AlterCollectionPropertiesReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.request.DescribeCollectionReq;
import io.milvus.v2.service.collection.request.DropCollectionPropertiesReq;
import io.milvus.v2.service.collection.request.LoadCollectionReq;
import io.milvus.v2.service.collection.request.ReleaseCollectionReq;
import io.milvus.v2.service.collection.request.RenameCollectionReq;
import io.milvus.v2.service.database.request.CreateDatabaseReq;
import io.milvus.v2.service.utility.request.CompactReq;
import io.milvus.v2.service.utility.request.CreateAliasReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.UpsertReq;
import io.milvus.v2.service.vector.response.QueryResp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collections that change while they are served, by the official Java SDK against the server as a process. */
class LiveCollectionsIT {

    @TempDir
    private static Path temporary;

    private static ServerProcess server;
    private static MilvusClientV2 client;

    @BeforeAll
    static void start() {
        server = ServerProcess.start(temporary.resolve("data"));
        client = server.connect();
    }

    @AfterAll
    static void stop() {
        client.close();
        assertThat(server.stop()).isZero();
    }

    private static void create(String name, DataType keyType, Map<String, String> properties, AddFieldReq... more) {
        CreateCollectionReq.CollectionSchema schema = MilvusClientV2.CreateSchema();
        schema.addField(AddFieldReq.builder()
                .fieldName("id")
                .dataType(keyType)
                .maxLength(64)
                .isPrimaryKey(true)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("vector")
                .dataType(DataType.FloatVector)
                .dimension(4)
                .build());
        for (AddFieldReq field : more) {
            schema.addField(field);
        }
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(name)
                .collectionSchema(schema)
                .indexParams(List.of(IndexParam.builder()
                        .fieldName("vector")
                        .indexType(IndexParam.IndexType.HNSW)
                        .metricType(IndexParam.MetricType.L2)
                        .extraParams(Map.of("M", 8, "efConstruction", 40))
                        .build()))
                .consistencyLevel(ConsistencyLevel.STRONG)
                .properties(properties)
                .build());
    }

    private static AddFieldReq scalar(String name, DataType type) {
        return AddFieldReq.builder()
                .fieldName(name)
                .dataType(type)
                .maxLength(100)
                .isNullable(true)
                .build();
    }

    private static JsonObject row(Object id) {
        JsonObject row = new JsonObject();
        if (id instanceof Number number) {
            row.addProperty("id", number);
        } else {
            row.addProperty("id", id.toString());
        }
        JsonArray vector = new JsonArray();
        for (int i = 0; i < 4; i++) {
            vector.add((id.hashCode() * 31 + i) % 100 / 10f);
        }
        row.add("vector", vector);
        return row;
    }

    private static void insert(String collection, JsonObject... rows) {
        client.insert(InsertReq.builder()
                .collectionName(collection)
                .data(List.of(rows))
                .build());
    }

    private static List<Map<String, Object>> query(String collection, String filter, String... fields) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (QueryResp.QueryResult result : client.query(QueryReq.builder()
                        .collectionName(collection)
                        .filter(filter)
                        .outputFields(List.of(fields))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getQueryResults()) {
            rows.add(result.getEntity());
        }
        return rows;
    }

    private static void flush(String collection) {
        client.flush(FlushReq.builder().collectionNames(List.of(collection)).build());
    }

    @Test
    void rowsExpire() {
        create("ttl", DataType.Int64, Map.of());
        insert("ttl", row(1L), row(2L));
        flush("ttl");
        insert("ttl", row(3L));
        client.alterCollectionProperties(AlterCollectionPropertiesReq.builder()
                .collectionName("ttl")
                .properties(Map.of("collection.ttl.seconds", "1", "of.nobody", "kept"))
                .build());
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(query("ttl", "id > 0", "id")).isEmpty());
        assertThat(client.describeCollection(DescribeCollectionReq.builder()
                                .collectionName("ttl")
                                .build())
                        .getProperties())
                .containsEntry("collection.ttl.seconds", "1")
                .containsEntry("of.nobody", "kept");
        client.dropCollectionProperties(DropCollectionPropertiesReq.builder()
                .collectionName("ttl")
                .propertyKeys(List.of("collection.ttl.seconds"))
                .build());
        insert("ttl", row(4L));
        assertThat(query("ttl", "id >= 4", "id")).hasSize(1);
        assertThatThrownBy(() -> client.alterCollectionProperties(AlterCollectionPropertiesReq.builder()
                        .collectionName("ttl")
                        .properties(Map.of("collection.ttl.seconds", "-2"))
                        .build()))
                .hasMessageContaining("3155760000");
    }

    @Test
    void someFieldsAreLoaded() {
        create("fields", DataType.Int64, Map.of(), scalar("one", DataType.VarChar), scalar("two", DataType.Int32));
        JsonObject row = row(1L);
        row.addProperty("one", "red");
        row.addProperty("two", 2);
        insert("fields", row);
        client.releaseCollection(
                ReleaseCollectionReq.builder().collectionName("fields").build());
        client.loadCollection(LoadCollectionReq.builder()
                .collectionName("fields")
                .loadFields(List.of("id", "vector", "two"))
                .skipLoadDynamicField(true)
                .build());
        assertThat(query("fields", "two == 2", "*").getFirst()).containsOnlyKeys("id", "vector", "two");
        assertThatThrownBy(() -> query("fields", "id > 0", "one")).hasMessageContaining("is not loaded");
        assertThatThrownBy(() -> query("fields", "one == \"red\"", "id")).hasMessageContaining("is not loaded");
        client.releaseCollection(
                ReleaseCollectionReq.builder().collectionName("fields").build());
        client.loadCollection(
                LoadCollectionReq.builder().collectionName("fields").build());
        assertThat(query("fields", "one == \"red\"", "one")).hasSize(1);
    }

    @Test
    void fieldIsAddedWhileTheClientKnowsTheOldSchema() {
        create("grows", DataType.VarChar, Map.of());
        MilvusClientV2 other = server.connect();
        insert("grows", row("a"), row("b"));
        flush("grows");
        other.insert(InsertReq.builder()
                .collectionName("grows")
                .data(List.of(row("c")))
                .build());
        client.addCollectionField(AddCollectionFieldReq.builder()
                .collectionName("grows")
                .fieldName("stars")
                .dataType(DataType.Int32)
                .isNullable(true)
                .build());
        client.addCollectionField(AddCollectionFieldReq.builder()
                .collectionName("grows")
                .fieldName("colour")
                .dataType(DataType.VarChar)
                .maxLength(10)
                .isNullable(true)
                .defaultValue("grey")
                .build());
        // Its cached schema is old: the server says so, and the client reads it again.
        other.insert(InsertReq.builder()
                .collectionName("grows")
                .data(List.of(row("d")))
                .build());
        other.close();
        JsonObject full = row("e");
        full.addProperty("stars", 5);
        full.addProperty("colour", "red");
        insert("grows", full);
        for (int round = 0; round < 2; round++) {
            assertThat(query("grows", "stars is null", "colour"))
                    .hasSize(4)
                    .allMatch(entity -> "grey".equals(entity.get("colour")));
            assertThat(query("grows", "stars == 5 and colour == \"red\"", "id")).hasSize(1);
            flush("grows");
            client.compact(CompactReq.builder().collectionName("grows").build());
        }
        JsonObject partial = new JsonObject();
        partial.addProperty("id", "a");
        partial.addProperty("stars", 1);
        client.upsert(UpsertReq.builder()
                .collectionName("grows")
                .data(List.of(partial))
                .partialUpdate(true)
                .build());
        assertThat(query("grows", "stars == 1", "colour", "vector").getFirst()).containsEntry("colour", "grey");
        client.delete(DeleteReq.builder()
                .collectionName("grows")
                .filter("colour == \"grey\" and stars is null")
                .build());
        assertThat(query("grows", "id >= \"\"", "id")).hasSize(2);
    }

    @Test
    void renamedCollectionIsFoundUnderItsNewNameAndItsAliases() {
        create("before", DataType.Int64, Map.of());
        insert("before", row(1L));
        client.createAlias(CreateAliasReq.builder()
                .collectionName("before")
                .alias("by_alias")
                .build());
        client.renameCollection(RenameCollectionReq.builder()
                .collectionName("before")
                .newCollectionName("after")
                .build());
        assertThat(query("after", "id == 1", "id")).hasSize(1);
        assertThat(query("by_alias", "id == 1", "id")).hasSize(1);
        client.createDatabase(
                CreateDatabaseReq.builder().databaseName("elsewhere").build());
        create("moves", DataType.Int64, Map.of());
        insert("moves", row(7L));
        client.renameCollection(RenameCollectionReq.builder()
                .collectionName("moves")
                .newCollectionName("moved")
                .targetDbName("elsewhere")
                .build());
        assertThat(client.listCollections().getCollectionNames()).doesNotContain("moves", "moved");
        assertThat(client.query(QueryReq.builder()
                                .databaseName("elsewhere")
                                .collectionName("moved")
                                .filter("id == 7")
                                .build())
                        .getQueryResults())
                .hasSize(1);
    }

    @Test
    void partitionKeyRoutesAndUpsertsAcrossPartitions() {
        create(
                "keyed",
                DataType.Int64,
                Map.of("partitionkey.isolation", "true"),
                AddFieldReq.builder()
                        .fieldName("tenant")
                        .dataType(DataType.VarChar)
                        .maxLength(20)
                        .isPartitionKey(true)
                        .build());
        for (long id = 0; id < 40; id++) {
            JsonObject row = row(id);
            row.addProperty("tenant", "tenant " + id % 8);
            insert("keyed", row);
        }
        assertThat(query("keyed", "tenant == \"tenant 3\"", "id")).hasSize(5);
        JsonObject moved = row(3L);
        moved.addProperty("tenant", "tenant 5");
        client.upsert(
                UpsertReq.builder().collectionName("keyed").data(List.of(moved)).build());
        assertThat(query("keyed", "tenant == \"tenant 3\"", "id")).hasSize(4);
        assertThat(query("keyed", "tenant == \"tenant 5\"", "id")).hasSize(6);
        assertThat(query("keyed", "id >= 0", "id")).hasSize(40);
        assertThatThrownBy(() -> client.insert(InsertReq.builder()
                        .collectionName("keyed")
                        .partitionName("_default_0")
                        .data(List.of(moved))
                        .build()))
                .isInstanceOf(RuntimeException.class);
    }
}
