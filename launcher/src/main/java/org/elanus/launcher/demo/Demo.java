package org.elanus.launcher.demo;

import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.elanus.milvus.proto.SearchResultData;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/**
 * Loads the shipped words into the collection {@code demo} of a running server, as any client would, and shows what a
 * search finds, how exact it is and how long it takes.
 */
public final class Demo {

    /** The name of the collection. */
    public static final String COLLECTION = "demo";

    private static final List<String> SHOWN =
            List.of("HashMap", "Thread", "exception", "socket", "ArrayList", "volatile", "compiler");
    private static final int BATCH = 1_000;
    private static final int LIMIT = 10;
    private static final int EF = 100;
    private static final int QUERIES = 200;
    private static final int WARM_UP_CALLS = 2_000;
    private static final long WARM_UP_NANOS = 2_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private final Clock clock;

    /**
     * @param out where to show it
     * @param terminal whether lines may be redrawn
     */
    public Demo(PrintStream out, boolean terminal, Clock clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
    }

    /**
     * Runs it.
     *
     * @param address the server's public port, as {@code host:port}
     * @return recall@10
     * @throws ElanusException when the server refuses a step
     */
    public double run(String address) throws InterruptedException {
        try (MilvusClient client = new MilvusClient(address, clock)) {
            Words words = Words.load();
            out.printf(
                    Locale.ROOT,
                    "%nDemo: %,d words of the Java world, %d dimensions each, in collection '%s' (HNSW, COSINE)%n",
                    words.size(),
                    words.dimension(),
                    COLLECTION);
            fill(client, words);
            showNeighbours(client, words);
            double recall = measure(client, words);
            showSnippets(address);
            out.flush();
            return recall;
        } catch (StatusRuntimeException e) {
            throw new ElanusException(
                    MilvusClient.saysGone(e) ? StandardErrorCode.CLOSED : StandardErrorCode.INTERNAL,
                    "the demo got no answer from " + address + ": " + e.getStatus(),
                    e);
        }
    }

    private void fill(MilvusClient client, Words words) throws InterruptedException {
        if (client.hasCollection(COLLECTION)) {
            if (complete(client, words)) {
                out.println("  it is there from an earlier start");
                return;
            }
            client.dropCollection(COLLECTION);
        }
        client.createWords(COLLECTION, words.dimension());
        try (Progress progress = new Progress(out, terminal, clock, "insert", words.size())) {
            for (int from = 0; from < words.size(); from += BATCH) {
                int to = Math.min(from + BATCH, words.size());
                client.insertWords(COLLECTION, words, from, to);
                progress.at(to);
            }
        }
        client.flush(COLLECTION);
        client.createIndex(COLLECTION);
        try (Progress progress = new Progress(out, terminal, clock, "index", words.size())) {
            client.awaitIndex(COLLECTION, progress);
        }
        client.load(COLLECTION);
    }

    /** An earlier demo may have been interrupted, or somebody used the name for something else. */
    private static boolean complete(MilvusClient client, Words words) throws InterruptedException {
        try {
            client.load(COLLECTION);
            return client.count(COLLECTION) == words.size()
                    && client.search(COLLECTION, words.vector(0), 1, EF)
                                    .getIds()
                                    .getIntId()
                                    .getData(0)
                            == 0;
        } catch (ElanusException | IndexOutOfBoundsException e) {
            return false;
        }
    }

    private void showNeighbours(MilvusClient client, Words words) {
        out.println();
        out.println("Nearest words:");
        for (String word : SHOWN) {
            int row = words.names().indexOf(word);
            SearchResultData found = client.search(COLLECTION, words.vector(row), 7, EF);
            List<String> names = new ArrayList<>();
            for (String name :
                    found.getFieldsData(0).getScalars().getStringData().getDataList()) {
                if (!name.equals(word)) {
                    names.add(name);
                }
            }
            out.printf(Locale.ROOT, "  %-10s %s%n", word, String.join(", ", names));
        }
    }

    private double measure(MilvusClient client, Words words) {
        int[] queries = new int[QUERIES];
        for (int i = 0; i < QUERIES; i++) {
            queries[i] = i * (words.size() / QUERIES);
        }
        // Until the compiler has seen both sides' code a few thousand times, but not for long.
        long warmUp = clock.nanos();
        for (int i = 0; i < WARM_UP_CALLS && clock.nanos() - warmUp < WARM_UP_NANOS; i++) {
            client.search(COLLECTION, words.vector(queries[i % QUERIES]), LIMIT, EF);
        }
        long[] nanos = new long[QUERIES];
        long correct = 0;
        for (int i = 0; i < QUERIES; i++) {
            float[] vector = words.vector(queries[i]);
            long begin = clock.nanos();
            SearchResultData found = client.search(COLLECTION, vector, LIMIT, EF);
            nanos[i] = clock.nanos() - begin;
            long[] keys = found.getIds().getIntId().getDataList().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            correct += ExactNeighbours.correct(
                    words, queries[i], keys, ExactNeighbours.kthSimilarity(words, queries[i], LIMIT));
        }
        Arrays.sort(nanos);
        double recall = (double) correct / (QUERIES * LIMIT);
        out.println();
        out.printf(
                Locale.ROOT,
                "recall@10 %.4f (%d queries, ef=%d, against exact results)   latency p50 %.2f ms, p99 %.2f ms%n",
                recall,
                QUERIES,
                EF,
                nanos[QUERIES / 2] / 1e6,
                nanos[QUERIES * 99 / 100] / 1e6);
        return recall;
    }

    private void showSnippets(String address) {
        out.printf(Locale.ROOT, """

                Try it (the vector of row 2194 is that of HashMap):

                  Python    pip install pymilvus
                    from pymilvus import MilvusClient
                    client = MilvusClient("http://%1$s")
                    vector = client.get("demo", ids=[2194])[0]["vector"]
                    print(client.search("demo", data=[vector], limit=5, output_fields=["word"]))

                  Java      io.milvus:milvus-sdk-java
                    var client = new MilvusClientV2(ConnectConfig.builder().uri("http://%1$s").build());
                    var row = client.get(GetReq.builder().collectionName("demo").ids(List.of(2194L)).build());
                    @SuppressWarnings("unchecked")
                    var vector = (List<Float>) row.getGetResults().getFirst().getEntity().get("vector");
                    System.out.println(client.search(SearchReq.builder().collectionName("demo").limit(5)
                        .data(List.of(new FloatVec(vector))).outputFields(List.of("word")).build()).getSearchResults());

                  Node      npm install @zilliz/milvus2-sdk-node
                    const { MilvusClient } = require("@zilliz/milvus2-sdk-node");
                    const client = new MilvusClient({ address: "%1$s" });
                    const row = await client.get({ collection_name: "demo", ids: [2194], output_fields: ["vector"] });
                    console.log(await client.search({ collection_name: "demo", data: row.data[0].vector,
                        limit: 5, output_fields: ["word"] }));

                """, address);
    }
}
