package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.milvus.client.MilvusServiceClient;
import io.milvus.param.ConnectParam;
import io.milvus.param.IndexType;
import io.milvus.param.MetricType;
import io.milvus.param.collection.HasCollectionParam;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.FilterExpressionBuilder;
import org.springframework.ai.vectorstore.milvus.MilvusSearchRequest;
import org.springframework.ai.vectorstore.milvus.MilvusVectorStore;

/** Spring AI's store, unmodified and with its own libraries, against the server as a process: what its manual documents. */
class SpringAiIT {

    private static final AtomicInteger COLLECTIONS = new AtomicInteger();

    @TempDir
    private static Path temporary;

    private static ServerProcess server;
    private static MilvusServiceClient client;

    private final Document sofia =
            new Document("sofia", "The World is Big", Map.of("country", "BG", "year", 2020, "open", true));
    private final Document utrecht = new Document("utrecht", "The World is Flat", Map.of("country", "NL"));
    private final Document varna =
            new Document("varna", "A river runs to the sea", Map.of("country", "BG", "year", 2023, "rate", 0.5));

    @BeforeAll
    static void start() {
        server = ServerProcess.start(temporary.resolve("data"));
        client = new MilvusServiceClient(ConnectParam.newBuilder()
                .withUri("http://127.0.0.1:" + server.port())
                .withAuthorization("root", "milvus")
                .build());
    }

    @AfterAll
    static void stop() {
        client.close();
        assertThat(server.stop()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = MetricType.class,
            names = {"COSINE", "L2", "IP"})
    void schemaIsInitialisedAndDocumentsAreFound(MetricType metric) throws Exception {
        String name = "initialised_" + metric;
        MilvusVectorStore store = store(name, metric).build();
        store.afterPropertiesSet();
        assertThat(client.hasCollection(HasCollectionParam.newBuilder()
                                .withCollectionName(name)
                                .build())
                        .getData())
                .isTrue();
        store.add(List.of(sofia, utrecht, varna));

        List<Document> found = store.similaritySearch("The World is Big");
        // The store takes 1 - distance for the similarity, and leaves out what is below zero.
        int similar = metric == MetricType.L2 ? 2 : 3;
        assertThat(found).hasSize(similar);
        Document best = found.getFirst();
        assertThat(best.getId()).isEqualTo("sofia");
        assertThat(best.getText()).isEqualTo(sofia.getText());
        assertThat(best.getMetadata())
                .containsEntry("country", "BG")
                .containsEntry("year", 2020.0)
                .containsEntry("open", true)
                .containsKey("distance");
        if (metric != MetricType.L2) {
            assertThat(best.getScore()).isCloseTo(1, within(1e-5));
        }

        // A store over what another one has set up.
        MilvusVectorStore second = store(name, metric).build();
        second.afterPropertiesSet();
        assertThat(second.similaritySearch("The World is Big")).hasSize(similar);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ':',
            quoteCharacter = '`',
            value = {
                "country == 'NL' : utrecht",
                "country == 'BG' : sofia varna",
                "country != 'BG' : utrecht",
                "country == 'BG' && year == 2020 : sofia",
                "country == 'NL' || year > 2022 : utrecht varna",
                "year >= 2020 && year <= 2022 : sofia",
                "year < 2023 : sofia",
                "country in ['NL', 'DE'] : utrecht",
                "country nin ['BG', 'DE'] : utrecht",
                "open == true : sofia",
                "rate == 0.5 : varna",
                "NOT(country == 'BG' && year == 2020) : utrecht varna",
            })
    void filterExpressionsChooseDocuments(String filter, String expected) throws Exception {
        VectorStore store = filled();
        assertThat(store.similaritySearch(SearchRequest.builder()
                        .query("The World")
                        .topK(5)
                        .similarityThresholdAll()
                        .filterExpression(filter)
                        .build()))
                .extracting(Document::getId)
                .containsExactlyInAnyOrder(expected.split(" "));
    }

    @Test
    void expressionsAndNativeFiltersWorkAlike() throws Exception {
        VectorStore store = filled();
        FilterExpressionBuilder build = new FilterExpressionBuilder();
        assertThat(store.similaritySearch(SearchRequest.builder()
                        .query("The World")
                        .filterExpression(build.and(build.in("country", "BG", "NL"), build.gte("year", 2021))
                                .build())
                        .build()))
                .extracting(Document::getId)
                .containsExactly("varna");
        assertThat(store.similaritySearch(MilvusSearchRequest.milvusBuilder()
                        .query("The World")
                        .nativeExpression("metadata[\"country\"] like \"N%\"")
                        .searchParamsJson("{\"nprobe\": 16}")
                        .build()))
                .extracting(Document::getId)
                .containsExactly("utrecht");
    }

    @Test
    void thresholdAndCountLimitTheAnswer() throws Exception {
        VectorStore store = filled();
        List<Document> all = store.similaritySearch(SearchRequest.builder()
                .query("The World is Big")
                .topK(3)
                .similarityThresholdAll()
                .build());
        assertThat(all).hasSize(3).isSortedAccordingTo((a, b) -> Double.compare(b.getScore(), a.getScore()));
        double between = (all.get(0).getScore() + all.get(1).getScore()) / 2;
        assertThat(store.similaritySearch(SearchRequest.builder()
                        .query("The World is Big")
                        .topK(3)
                        .similarityThreshold(between)
                        .build()))
                .extracting(Document::getId)
                .containsExactly("sofia");
        assertThat(store.similaritySearch(SearchRequest.builder()
                        .query("The World is Big")
                        .topK(2)
                        .build()))
                .hasSize(2);
    }

    @Test
    void documentsAreReplacedAndDeleted() throws Exception {
        VectorStore store = filled();
        store.add(List.of(new Document("sofia", "Something else", Map.of("country", "FR"))));
        assertThat(store.similaritySearch("Something else")).hasSize(3).first().satisfies(best -> {
            assertThat(best.getId()).isEqualTo("sofia");
            assertThat(best.getMetadata()).containsEntry("country", "FR").doesNotContainKey("year");
        });

        store.delete(List.of("sofia", "nobody"));
        assertThat(ids(store)).containsExactlyInAnyOrder("utrecht", "varna");
        store.delete("country == 'BG' && year > 2020");
        assertThat(ids(store)).containsExactly("utrecht");
        store.delete(new FilterExpressionBuilder().eq("country", "NL").build());
        assertThat(ids(store)).isEmpty();
    }

    @Test
    void fieldsAndIndexAreChosenFreely() throws Exception {
        MilvusVectorStore store = MilvusVectorStore.builder(client, new TextVectorModel())
                .databaseName("default")
                .collectionName("chosen")
                .iDFieldName("key")
                .contentFieldName("text")
                .metadataFieldName("about")
                .embeddingFieldName("meaning")
                .indexType(IndexType.HNSW)
                .indexParameters("{\"M\": 16, \"efConstruction\": 100}")
                .metricType(MetricType.IP)
                .initializeSchema(true)
                .build();
        store.afterPropertiesSet();
        store.add(List.of(sofia, utrecht, varna));
        assertThat(store.similaritySearch(
                        SearchRequest.builder().query("A river").topK(1).build()))
                .extracting(Document::getText)
                .containsExactly(varna.getText());
    }

    private static List<String> ids(VectorStore store) {
        return store.similaritySearch("The World").stream().map(Document::getId).toList();
    }

    private VectorStore filled() throws Exception {
        MilvusVectorStore store = store("documents_" + COLLECTIONS.incrementAndGet(), MetricType.COSINE)
                .build();
        store.afterPropertiesSet();
        store.add(List.of(sofia, utrecht, varna));
        return store;
    }

    private static MilvusVectorStore.Builder store(String name, MetricType metric) {
        return MilvusVectorStore.builder(client, new TextVectorModel())
                .collectionName(name)
                .metricType(metric)
                .initializeSchema(true);
    }
}
