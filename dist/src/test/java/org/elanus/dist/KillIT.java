package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.DataType;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.DeleteReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.UpsertReq;
import io.milvus.v2.service.vector.response.QueryResp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the real process at random times under concurrent upserts, deletes and flushes. Afterwards every key must be in a
 * state that its history allows: what was acknowledged last, or what was under way when the process died.
 * {@code -Delanus.kills=N} sets the number of kills, {@code -Delanus.seed=S} repeats a run's choices.
 */
class KillIT {

    private static final int KILLS = Integer.getInteger("elanus.kills", 20);
    private static final int WRITERS = 3;
    private static final int KEYS_PER_WRITER = 400;
    private static final int DIMENSION = 16;

    /** No row. */
    private static final long ABSENT = 0;

    @TempDir
    private Path temporary;

    /** The states that each key may be in: versions, or {@link #ABSENT}. A writer owns its keys. */
    private final List<Map<Long, Set<Long>>> allowed = new ArrayList<>();

    private final AtomicLong versions = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong flushes = new AtomicLong();

    @Test
    void acknowledgedWritesSurviveKills() throws InterruptedException {
        long seed = Long.getLong("elanus.seed", System.nanoTime());
        System.out.println("KillIT: elanus.seed=" + seed + " kills=" + KILLS);
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        Path data = temporary.resolve("data");
        for (int writer = 0; writer < WRITERS; writer++) {
            allowed.add(new HashMap<>());
        }
        long slowestStart = 0;
        for (int round = 0; round <= KILLS; round++) {
            long began = System.nanoTime();
            ServerProcess server = ServerProcess.start(data);
            slowestStart = Math.max(slowestStart, System.nanoTime() - began);
            try {
                if (round == 0) {
                    create(server);
                }
                verify(server, seed, round);
                if (round < KILLS) {
                    writeUntilKilled(server, random, 200 + random.nextInt(2_000));
                }
            } finally {
                server.kill();
            }
            ServerProcess.Result check = ServerProcess.run("check", "--data", data.toString());
            assertThat(check.exit())
                    .as("seed %d round %d: %s%s", seed, round, check.output(), check.error())
                    .isZero();
        }
        System.out.printf(
                "KillIT: %d kills, %d acknowledged operations, %d of unknown outcome, %d flushes, slowest start %d ms%n",
                KILLS, acknowledged.get(), unknown.get(), flushes.get(), slowestStart / 1_000_000);
        assertThat(acknowledged.get()).isGreaterThan(KILLS);
    }

    private static void create(ServerProcess server) {
        MilvusClientV2 client = server.connect();
        CreateCollectionReq.CollectionSchema schema = MilvusClientV2.CreateSchema();
        schema.addField(AddFieldReq.builder()
                .fieldName("id")
                .dataType(DataType.Int64)
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
                .dimension(DIMENSION)
                .build());
        client.createCollection(CreateCollectionReq.builder()
                .collectionName("kill")
                .collectionSchema(schema)
                .numShards(2)
                .indexParams(List.of(IndexParam.builder()
                        .fieldName("vector")
                        .indexType(IndexParam.IndexType.HNSW)
                        .metricType(IndexParam.MetricType.L2)
                        .extraParams(Map.of("M", 8, "efConstruction", 40))
                        .build()))
                .consistencyLevel(ConsistencyLevel.STRONG)
                .build());
        client.close();
    }

    private void writeUntilKilled(ServerProcess server, RandomGenerator random, long millis)
            throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int number = writer;
            RandomGenerator own = RandomGeneratorFactory.getDefault().create(random.nextLong());
            threads.add(Thread.ofPlatform().start(() -> write(server, number, own, stop)));
        }
        RandomGenerator own = RandomGeneratorFactory.getDefault().create(random.nextLong());
        // A flush that the client sends as the server dies waits for a new connection for ever: it is left behind.
        Thread.ofPlatform().daemon().start(() -> flush(server, own, stop));
        Thread.sleep(millis);
        server.kill();
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void write(ServerProcess server, int writer, RandomGenerator random, AtomicBoolean stop) {
        Map<Long, Set<Long>> keys = allowed.get(writer);
        MilvusClientV2 client;
        try {
            client = server.connect();
        } catch (RuntimeException e) {
            return; // killed before the connection was there
        }
        try {
            while (!stop.get()) {
                Map<Long, Long> intended = new HashMap<>();
                int count = 1 + random.nextInt(30);
                for (int i = 0; i < count; i++) {
                    intended.put(writer * 1_000_000L + random.nextInt(KEYS_PER_WRITER), ABSENT);
                }
                boolean delete = random.nextInt(4) == 0;
                if (!delete) {
                    intended.replaceAll((key, state) -> versions.incrementAndGet());
                }
                boolean done = false;
                try {
                    if (delete) {
                        delete(client, writer, intended, random);
                    } else {
                        upsert(client, writer, intended);
                    }
                    done = true;
                    acknowledged.incrementAndGet();
                } catch (RuntimeException e) {
                    unknown.incrementAndGet();
                    stop.set(true);
                } finally {
                    boolean certain = done;
                    intended.forEach((key, state) -> keys.merge(key, Set.of(state), (old, added) -> {
                        Set<Long> states = certain ? new HashSet<>() : new HashSet<>(old);
                        states.addAll(added);
                        return states;
                    }));
                    if (!certain) {
                        intended.keySet().forEach(key -> {
                            Set<Long> states = new HashSet<>(keys.get(key));
                            if (states.size() == 1) {
                                states.add(ABSENT); // it was never written before
                            }
                            keys.put(key, states);
                        });
                    }
                }
            }
        } finally {
            close(client);
        }
    }

    private static void upsert(MilvusClientV2 client, int writer, Map<Long, Long> rows) {
        List<JsonObject> data = new ArrayList<>();
        rows.forEach((key, version) -> {
            JsonObject row = new JsonObject();
            row.addProperty("id", key);
            row.addProperty("version", version);
            row.addProperty("writer", writer);
            row.addProperty("text", text(key, version));
            JsonArray vector = new JsonArray();
            for (float value : vector(key, version)) {
                vector.add(value);
            }
            row.add("vector", vector);
            data.add(row);
        });
        long count = client.upsert(
                        UpsertReq.builder().collectionName("kill").data(data).build())
                .getUpsertCnt();
        assertThat(count).isEqualTo(rows.size());
    }

    private static void delete(MilvusClientV2 client, int writer, Map<Long, Long> keys, RandomGenerator random) {
        String filter = "id in " + keys.keySet();
        client.delete(DeleteReq.builder()
                .collectionName("kill")
                .filter(random.nextBoolean() ? filter : "writer == " + writer + " and " + filter)
                .build());
    }

    private void flush(ServerProcess server, RandomGenerator random, AtomicBoolean stop) {
        MilvusClientV2 client;
        try {
            client = server.connect();
        } catch (RuntimeException e) {
            return;
        }
        try {
            while (!stop.get()) {
                Thread.sleep(random.nextInt(400));
                client.flush(FlushReq.builder().collectionNames(List.of("kill")).build());
                flushes.incrementAndGet();
            }
        } catch (RuntimeException | InterruptedException e) {
            stop.set(true);
        } finally {
            close(client);
        }
    }

    private static void close(MilvusClientV2 client) {
        try {
            client.close();
        } catch (RuntimeException e) {
            // its server is dead
        }
    }

    private void verify(ServerProcess server, long seed, int round) {
        MilvusClientV2 client = server.connect();
        List<QueryResp.QueryResult> rows = client.query(QueryReq.builder()
                        .collectionName("kill")
                        .filter("id >= 0")
                        .outputFields(List.of("id", "version", "text", "vector"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getQueryResults();
        Map<Long, Long> found = new HashMap<>();
        for (QueryResp.QueryResult row : rows) {
            Map<String, Object> entity = row.getEntity();
            long key = (Long) entity.get("id");
            long version = (Long) entity.get("version");
            assertThat(found.put(key, version))
                    .as("seed %d round %d: key %d twice", seed, round, key)
                    .isNull();
            assertThat(entity.get("text")).isEqualTo(text(key, version));
            List<?> vector = (List<?>) entity.get("vector");
            float[] expected = vector(key, version);
            for (int i = 0; i < DIMENSION; i++) {
                assertThat(((Number) vector.get(i)).floatValue()).isEqualTo(expected[i]);
            }
        }
        long count = (Long) client.query(QueryReq.builder()
                        .collectionName("kill")
                        .outputFields(List.of("count(*)"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getQueryResults()
                .getFirst()
                .getEntity()
                .get("count(*)");
        assertThat(count).isEqualTo(rows.size());
        Set<Long> known = new HashSet<>();
        for (Map<Long, Set<Long>> keys : allowed) {
            keys.replaceAll((key, states) -> {
                long state = found.getOrDefault(key, ABSENT);
                assertThat(states)
                        .as("seed %d round %d: key %d is in state %d (0 is absent)", seed, round, key, state)
                        .contains(state);
                return Set.of(state);
            });
            known.addAll(keys.keySet());
        }
        assertThat(known)
                .as("seed %d round %d: rows never written", seed, round)
                .containsAll(found.keySet());
        client.close();
    }

    private static String text(long key, long version) {
        return "row " + key + " as of version " + version;
    }

    private static float[] vector(long key, long version) {
        RandomGenerator random = new java.util.SplittableRandom(key * 31 + version);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextDouble() - 0.5f;
        }
        return vector;
    }
}
