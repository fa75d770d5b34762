package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.AlterCollectionPropertiesReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.collection.request.DescribeCollectionReq;
import io.milvus.v2.service.collection.request.DropCollectionReq;
import io.milvus.v2.service.collection.request.HasCollectionReq;
import io.milvus.v2.service.collection.request.RenameCollectionReq;
import io.milvus.v2.service.utility.request.CompactReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.UpsertReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import io.milvus.v2.service.vector.response.QueryResp;
import io.milvus.v2.service.vector.response.SearchResp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The operations of {@link KillIT} and what it knows of their outcomes. */
final class KillLoad {

    private static final int KEYS_PER_WRITER = 400;
    private static final String PROPERTY = "round";

    final KillModel numbers = new KillModel("numbers", false);
    final KillModel texts = new KillModel("texts", true);
    final AtomicLong acknowledged = new AtomicLong();
    final AtomicLong unknown = new AtomicLong();
    final AtomicLong maintained = new AtomicLong();
    final AtomicLong defined = new AtomicLong();

    private final AtomicLong versions = new AtomicLong();

    /** What may be under the names of collections that come and go: generations, or {@link KillModel#ABSENT}. */
    private final Map<String, Set<Long>> generations = new ConcurrentHashMap<>();

    /** The generations whose rows were acknowledged, by the collection's generation. */
    private final Map<Long, Boolean> filled = new ConcurrentHashMap<>();

    private volatile Set<String> property = Set.of("0");

    private static String key(KillModel model, long key) {
        return model.collection().equals("texts") ? "\"key " + key + "\"" : Long.toString(key);
    }

    private static void addKey(JsonObject row, KillModel model, long key) {
        if (model.collection().equals("texts")) {
            row.addProperty("id", "key " + key);
        } else {
            row.addProperty("id", key);
        }
    }

    void create(MilvusClientV2 client) {
        create(client, numbers.collection(), DataType.Int64, 2, Map.of(PROPERTY, "0"));
        create(client, texts.collection(), DataType.VarChar, 1, Map.of());
    }

    private static void create(
            MilvusClientV2 client, String name, DataType keyType, int shards, Map<String, String> properties) {
        CreateCollectionReq.CollectionSchema schema = MilvusClientV2.CreateSchema();
        schema.addField(AddFieldReq.builder()
                .fieldName("id")
                .dataType(keyType)
                .maxLength(100)
                .isPrimaryKey(true)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("version")
                .dataType(DataType.Int64)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("writer")
                .dataType(DataType.Int32)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("text")
                .dataType(DataType.VarChar)
                .maxLength(200)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("vector")
                .dataType(DataType.FloatVector)
                .dimension(KillModel.DIMENSION)
                .build());
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(name)
                .collectionSchema(schema)
                .numShards(shards)
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

    /** Upserts and deletes of keys that only this writer touches, until something fails. */
    void write(MilvusClientV2 client, KillModel model, int writer, RandomGenerator random) {
        while (true) {
            Map<Long, Long> wanted = new HashMap<>();
            int count = 1 + random.nextInt(30);
            for (int i = 0; i < count; i++) {
                wanted.put(writer * 1_000_000L + random.nextInt(KEYS_PER_WRITER), KillModel.ABSENT);
            }
            boolean delete = random.nextInt(4) == 0;
            if (!delete) {
                wanted.replaceAll((key, state) -> versions.incrementAndGet());
            }
            try {
                if (delete) {
                    delete(client, model, writer, wanted.keySet(), random.nextBoolean());
                } else {
                    write(client, model, writer, wanted, random.nextBoolean());
                }
            } catch (RuntimeException e) {
                model.unknown(wanted);
                unknown.incrementAndGet();
                return;
            }
            model.acknowledged(wanted);
            acknowledged.incrementAndGet();
        }
    }

    private static void write(
            MilvusClientV2 client, KillModel model, int writer, Map<Long, Long> rows, boolean insert) {
        List<JsonObject> data = new ArrayList<>();
        rows.forEach((key, version) -> data.add(row(model, writer, key, version)));
        long count = insert
                ? client.insert(InsertReq.builder()
                                .collectionName(model.collection())
                                .data(data)
                                .build())
                        .getInsertCnt()
                : client.upsert(UpsertReq.builder()
                                .collectionName(model.collection())
                                .data(data)
                                .build())
                        .getUpsertCnt();
        assertThat(count).isEqualTo(rows.size());
    }

    private static JsonObject row(KillModel model, int writer, long key, long version) {
        JsonObject row = new JsonObject();
        addKey(row, model, key);
        row.addProperty("version", version);
        row.addProperty("writer", writer);
        row.addProperty("text", KillModel.text(key, version));
        JsonArray vector = new JsonArray();
        for (float value : KillModel.vector(key, version)) {
            vector.add(value);
        }
        row.add("vector", vector);
        return row;
    }

    private static void delete(MilvusClientV2 client, KillModel model, int writer, Set<Long> keys, boolean byKeyAlone) {
        String filter = "id in " + keys.stream().map(key -> key(model, key)).toList();
        client.delete(DeleteReq.builder()
                .collectionName(model.collection())
                .filter(byKeyAlone ? filter : "writer == " + writer + " and " + filter)
                .build());
    }

    /** Flushes, until something fails. */
    void flush(MilvusClientV2 client, RandomGenerator random) {
        maintain(
                random,
                name -> client.flush(FlushReq.builder()
                        .collectionNames(List.of(name))
                        .waitFlushedTimeoutMs(5_000L)
                        .build()));
    }

    /** Merges, until something fails. */
    void compact(MilvusClientV2 client, RandomGenerator random) {
        maintain(
                random,
                name -> client.compact(CompactReq.builder().collectionName(name).build()));
    }

    private void maintain(RandomGenerator random, Consumer<String> call) {
        try {
            while (true) {
                Thread.sleep(random.nextInt(100));
                call.accept(random.nextBoolean() ? numbers.collection() : texts.collection());
                maintained.incrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // the server is dead
        }
    }

    /** Creates, fills, renames and drops collections, and changes a property, until something fails. */
    void define(MilvusClientV2 client, RandomGenerator random) {
        try {
            while (true) {
                String name = "comes_and_goes_" + random.nextInt(2);
                String other = name + "_renamed";
                long state = generations
                        .getOrDefault(name, Set.of(KillModel.ABSENT))
                        .iterator()
                        .next();
                long otherState = generations
                        .getOrDefault(other, Set.of(KillModel.ABSENT))
                        .iterator()
                        .next();
                if (random.nextInt(4) == 0) {
                    String value = Long.toString(versions.incrementAndGet());
                    Set<String> before = property;
                    property = Set.of(before.iterator().next(), value);
                    client.alterCollectionProperties(AlterCollectionPropertiesReq.builder()
                            .collectionName(numbers.collection())
                            .properties(Map.of(PROPERTY, value))
                            .build());
                    property = Set.of(value);
                } else if (state == KillModel.ABSENT) {
                    long generation = versions.incrementAndGet();
                    generations.put(name, Set.of(KillModel.ABSENT, generation));
                    create(client, name, DataType.Int64, 1, Map.of("generation", Long.toString(generation)));
                    generations.put(name, Set.of(generation));
                    fill(client, name, generation);
                } else if (otherState == KillModel.ABSENT && random.nextBoolean()) {
                    generations.put(name, Set.of(KillModel.ABSENT, state));
                    generations.put(other, Set.of(KillModel.ABSENT, state));
                    client.renameCollection(RenameCollectionReq.builder()
                            .collectionName(name)
                            .newCollectionName(other)
                            .build());
                    generations.put(name, Set.of(KillModel.ABSENT));
                    generations.put(other, Set.of(state));
                } else {
                    String gone = otherState == KillModel.ABSENT ? name : other;
                    long goneState = otherState == KillModel.ABSENT ? state : otherState;
                    generations.put(gone, Set.of(KillModel.ABSENT, goneState));
                    client.dropCollection(
                            DropCollectionReq.builder().collectionName(gone).build());
                    generations.put(gone, Set.of(KillModel.ABSENT));
                }
                defined.incrementAndGet();
            }
        } catch (RuntimeException e) {
            // the server is dead; what was under way may have happened
        }
    }

    private void fill(MilvusClientV2 client, String name, long generation) {
        KillModel model = new KillModel(name, true);
        Map<Long, Long> rows = new HashMap<>();
        for (long key = 0; key < 10; key++) {
            rows.put(key, generation);
        }
        filled.put(generation, false);
        write(client, model, 0, rows, true);
        filled.put(generation, true);
    }

    /** Compares everything with the models. */
    void verify(MilvusClientV2 client, String context) {
        verify(client, numbers, context);
        verify(client, texts, context);
        String found = properties(client, numbers.collection()).get(PROPERTY);
        assertThat(property).as("%s: property '%s'", context, PROPERTY).contains(found);
        property = Set.of(found);
        generations.keySet().forEach(name -> verifyDefinition(client, name, context));
        // A rename moves: a generation is never under two names, nor under none once it was acknowledged.
        List<Long> present = generations.values().stream()
                .map(states -> states.iterator().next())
                .filter(state -> state != KillModel.ABSENT)
                .toList();
        assertThat(present).as("%s: generations of collections", context).doesNotHaveDuplicates();
    }

    private void verifyDefinition(MilvusClientV2 client, String name, String context) {
        boolean there = client.hasCollection(
                HasCollectionReq.builder().collectionName(name).build());
        long state = there ? Long.parseLong(properties(client, name).get("generation")) : KillModel.ABSENT;
        assertThat(generations.get(name))
                .as("%s: generation of collection '%s'", context, name)
                .contains(state);
        generations.put(name, Set.of(state));
        // The client makes collection, index and load of three calls: a kill between them leaves it not loaded.
        if (there && Boolean.TRUE.equals(filled.get(state))) {
            Map<Long, Long> rows = rows(client, new KillModel(name, true), context);
            assertThat(rows.values())
                    .as("%s: rows of '%s'", context, name)
                    .hasSize(10)
                    .containsOnly(state);
        }
    }

    private static Map<String, String> properties(MilvusClientV2 client, String name) {
        return client.describeCollection(
                        DescribeCollectionReq.builder().collectionName(name).build())
                .getProperties();
    }

    private void verify(MilvusClientV2 client, KillModel model, String context) {
        Map<Long, Long> found = rows(client, model, context);
        model.verify(found, context);
        long count = (Long) client.query(QueryReq.builder()
                        .collectionName(model.collection())
                        .outputFields(List.of("count(*)"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getQueryResults()
                .getFirst()
                .getEntity()
                .get("count(*)");
        assertThat(count).as("%s: count of '%s'", context, model.collection()).isEqualTo(found.size());
        found.entrySet().stream().limit(3).forEach(row -> verifySearch(client, model, row, context));
    }

    /** The nearest row of a row's own vector is that row, as it is now. */
    private static void verifySearch(
            MilvusClientV2 client, KillModel model, Map.Entry<Long, Long> row, String context) {
        SearchResp.SearchResult hit = client.search(SearchReq.builder()
                        .collectionName(model.collection())
                        .data(List.of(new FloatVec(KillModel.vector(row.getKey(), row.getValue()))))
                        .limit(1)
                        .searchParams(Map.of("ef", 512))
                        .outputFields(List.of("version"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getSearchResults()
                .getFirst()
                .getFirst();
        assertThat(hit.getEntity().get("version"))
                .as("%s: '%s', search for key %d", context, model.collection(), row.getKey())
                .isEqualTo(row.getValue());
        assertThat(hit.getScore()).isLessThan(1e-6f);
    }

    private static Map<Long, Long> rows(MilvusClientV2 client, KillModel model, String context) {
        List<QueryResp.QueryResult> results = client.query(QueryReq.builder()
                        .collectionName(model.collection())
                        .filter("version > 0")
                        .outputFields(List.of("id", "version", "text", "vector"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getQueryResults();
        Map<Long, Long> found = new HashMap<>();
        for (QueryResp.QueryResult result : results) {
            Map<String, Object> entity = result.getEntity();
            Object id = entity.get("id");
            long key = id instanceof Long number ? number : Long.parseLong(((String) id).substring("key ".length()));
            long version = (Long) entity.get("version");
            assertThat(found.put(key, version))
                    .as("%s: '%s', key %d twice", context, model.collection(), key)
                    .isNull();
            assertThat(entity.get("text"))
                    .as("%s: '%s', key %d", context, model.collection(), key)
                    .isEqualTo(KillModel.text(key, version));
            List<?> vector = (List<?>) entity.get("vector");
            float[] expected = KillModel.vector(key, version);
            for (int i = 0; i < expected.length; i++) {
                assertThat(((Number) vector.get(i)).floatValue())
                        .as("%s: '%s', vector of key %d", context, model.collection(), key)
                        .isEqualTo(expected[i]);
            }
        }
        return found;
    }
}
