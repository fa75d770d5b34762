package org.elanus.dist;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.common.IndexParam;
import io.milvus.v2.service.collection.request.AddFieldReq;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.index.request.DescribeIndexReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import io.milvus.v2.service.vector.request.SearchReq;
import io.milvus.v2.service.vector.request.data.FloatVec;
import io.milvus.v2.service.vector.response.SearchResp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Figures of the whole server as a process, through the official SDK. No test: {@code bench/server.sh} runs it, and the
 * results stand in {@code bench/RESULTS.md}.
 */
class ServerBench {

    private static final int STARTS = 5;
    private static final int ROWS = Integer.getInteger("elanus.bench.rows", 1_000_000);
    private static final int DIMENSION = 128;

    @TempDir
    private Path temporary;

    @Test
    void startOnAnEmptyDirectory() throws IOException, InterruptedException {
        long[] millis = new long[STARTS];
        for (int i = 0; i < STARTS; i++) {
            long began = System.nanoTime();
            try (ServerProcess server = ServerProcess.start(temporary.resolve("empty" + i))) {
                millis[i] = (System.nanoTime() - began) / 1_000_000;
                if (i == STARTS - 1) {
                    Thread.sleep(5_000);
                    System.out.println("empty directory, at rest: " + memory(server));
                }
            }
        }
        Arrays.sort(millis);
        System.out.println("empty directory, process start to ready, ms: " + Arrays.toString(millis));
    }

    @Test
    void startWithManyRows() throws IOException, InterruptedException {
        Path data = temporary.resolve("many");
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(1);
        try (ServerProcess server = ServerProcess.start(data)) {
            MilvusClientV2 client = server.connect();
            create(client, "many", IndexParam.IndexType.FLAT, IndexParam.MetricType.L2, Map.of());
            long began = System.nanoTime();
            for (int first = 0; first < ROWS; first += 5_000) {
                float[][] vectors = new float[5_000][DIMENSION];
                for (float[] vector : vectors) {
                    for (int i = 0; i < DIMENSION; i++) {
                        vector[i] = random.nextFloat();
                    }
                }
                insert(client, "many", first, vectors);
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf("%,d rows of %d dimensions inserted at %,.0f rows/s%n", ROWS, DIMENSION, ROWS / seconds);
            began = System.nanoTime();
            client.flush(FlushReq.builder().collectionNames(List.of("many")).build());
            System.out.printf("flushed in %,d ms%n", (System.nanoTime() - began) / 1_000_000);
            client.close();
        }
        long[] millis = new long[STARTS];
        for (int i = 0; i < STARTS; i++) {
            long began = System.nanoTime();
            try (ServerProcess server = ServerProcess.start(data)) {
                millis[i] = (System.nanoTime() - began) / 1_000_000;
                if (i == STARTS - 1) {
                    Thread.sleep(5_000);
                    System.out.println("many rows, at rest: " + memory(server));
                    MilvusClientV2 client = server.connect();
                    System.out.println("count: "
                            + client.query(QueryReq.builder()
                                            .collectionName("many")
                                            .outputFields(List.of("count(*)"))
                                            .consistencyLevel(ConsistencyLevel.STRONG)
                                            .build())
                                    .getQueryResults()
                                    .getFirst()
                                    .getEntity());
                    client.close();
                }
            }
        }
        Arrays.sort(millis);
        System.out.println("many rows, process start to ready, ms: " + Arrays.toString(millis));
    }

    /** Search through gRPC on a real set: {@code -Delanus.bench.set=DIR} with base.fvecs, query.fvecs, truth.ivecs. */
    @Test
    void searchThroughTheSdk() throws IOException, InterruptedException {
        String directory = System.getProperty("elanus.bench.set");
        if (directory == null) {
            System.out.println("search: no set given");
            return;
        }
        float[][] base = floats(Path.of(directory, "base.fvecs"));
        float[][] queries = floats(Path.of(directory, "query.fvecs"));
        int[][] truth = ints(Path.of(directory, "truth.ivecs"));
        try (ServerProcess server = ServerProcess.start(temporary.resolve("search"))) {
            MilvusClientV2 client = server.connect();
            create(
                    client,
                    "search",
                    IndexParam.IndexType.HNSW,
                    IndexParam.MetricType.L2,
                    Map.of("M", 16, "efConstruction", 200),
                    base[0].length);
            for (int first = 0; first < base.length; first += 5_000) {
                insert(client, "search", first, Arrays.copyOfRange(base, first, Math.min(base.length, first + 5_000)));
            }
            client.flush(FlushReq.builder().collectionNames(List.of("search")).build());
            long began = System.nanoTime();
            while (!"Finished"
                    .equals(client.describeIndex(DescribeIndexReq.builder()
                                    .collectionName("search")
                                    .fieldName("vector")
                                    .build())
                            .getIndexDescByFieldName("vector")
                            .getIndexState()
                            .name())) {
                Thread.sleep(200);
            }
            System.out.printf(
                    "index over %,d rows built %,d ms after the flush%n",
                    base.length, (System.nanoTime() - began) / 1_000_000);
            for (int warm = 0; warm < 3; warm++) {
                measure(client, queries, truth, 64, 1);
            }
            System.out.println("threads,ef,recall@10,qps,p50_us,p99_us");
            for (int threads : new int[] {1, 4}) {
                for (int ef : new int[] {16, 32, 64, 128}) {
                    System.out.println(measure(client, queries, truth, ef, threads));
                }
            }
            client.close();
        }
    }

    private static String measure(MilvusClientV2 client, float[][] queries, int[][] truth, int ef, int threads)
            throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger hits = new AtomicInteger();
        long[] nanos = new long[queries.length];
        long began = System.nanoTime();
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            running.add(Thread.ofPlatform().start(() -> {
                for (int i = next.getAndIncrement(); i < queries.length; i = next.getAndIncrement()) {
                    long start = System.nanoTime();
                    List<SearchResp.SearchResult> found = client.search(SearchReq.builder()
                                    .collectionName("search")
                                    .annsField("vector")
                                    .data(List.of(new FloatVec(queries[i])))
                                    .limit(10)
                                    .searchParams(Map.of("ef", ef))
                                    .build())
                            .getSearchResults()
                            .getFirst();
                    nanos[i] = System.nanoTime() - start;
                    Set<Long> exact = new HashSet<>();
                    for (int k = 0; k < 10; k++) {
                        exact.add((long) truth[i][k]);
                    }
                    found.forEach(hit -> hits.addAndGet(exact.contains((Long) hit.getId()) ? 1 : 0));
                }
            }));
        }
        for (Thread thread : running) {
            thread.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        Arrays.sort(nanos);
        return "%d,%d,%.4f,%.0f,%d,%d"
                .formatted(
                        threads,
                        ef,
                        hits.get() / (10.0 * queries.length),
                        queries.length / seconds,
                        nanos[nanos.length / 2] / 1_000,
                        nanos[nanos.length * 99 / 100] / 1_000);
    }

    private static void create(
            MilvusClientV2 client,
            String name,
            IndexParam.IndexType type,
            IndexParam.MetricType metric,
            Map<String, Object> parameters) {
        create(client, name, type, metric, parameters, DIMENSION);
    }

    private static void create(
            MilvusClientV2 client,
            String name,
            IndexParam.IndexType type,
            IndexParam.MetricType metric,
            Map<String, Object> parameters,
            int dimension) {
        CreateCollectionReq.CollectionSchema schema = MilvusClientV2.CreateSchema();
        schema.addField(AddFieldReq.builder()
                .fieldName("id")
                .dataType(io.milvus.v2.common.DataType.Int64)
                .isPrimaryKey(true)
                .build());
        schema.addField(AddFieldReq.builder()
                .fieldName("vector")
                .dataType(io.milvus.v2.common.DataType.FloatVector)
                .dimension(dimension)
                .build());
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(name)
                .collectionSchema(schema)
                .indexParams(List.of(IndexParam.builder()
                        .fieldName("vector")
                        .indexType(type)
                        .metricType(metric)
                        .extraParams(parameters)
                        .build()))
                .build());
    }

    private static void insert(MilvusClientV2 client, String name, int first, float[][] vectors) {
        List<JsonObject> rows = new ArrayList<>(vectors.length);
        for (int i = 0; i < vectors.length; i++) {
            JsonObject row = new JsonObject();
            row.addProperty("id", (long) first + i);
            JsonArray vector = new JsonArray(vectors[i].length);
            for (float value : vectors[i]) {
                vector.add(value);
            }
            row.add("vector", vector);
            rows.add(row);
        }
        client.insert(InsertReq.builder().collectionName(name).data(rows).build());
    }

    private static String memory(ServerProcess server) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line :
                Files.readAllLines(Path.of("/proc/" + server.process().pid() + "/status"))) {
            if (line.startsWith("VmRSS") || line.startsWith("RssAnon") || line.startsWith("RssFile")) {
                lines.add(line.replaceAll("\\s+", " "));
            }
        }
        return String.join(", ", lines);
    }

    private static ByteBuffer read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static float[][] floats(Path file) throws IOException {
        ByteBuffer bytes = read(file);
        List<float[]> rows = new ArrayList<>();
        while (bytes.hasRemaining()) {
            float[] row = new float[bytes.getInt()];
            for (int i = 0; i < row.length; i++) {
                row[i] = bytes.getFloat();
            }
            rows.add(row);
        }
        return rows.toArray(float[][]::new);
    }

    private static int[][] ints(Path file) throws IOException {
        ByteBuffer bytes = read(file);
        List<int[]> rows = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int[] row = new int[bytes.getInt()];
            for (int i = 0; i < row.length; i++) {
                row[i] = bytes.getInt();
            }
            rows.add(row);
        }
        return rows.toArray(int[][]::new);
    }
}
