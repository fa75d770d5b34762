package org.elanus.dist;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreWithRemovalIT;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The suite for removal: by id, by ids, by filter, everything. */
class LangChainRemovalIT extends EmbeddingStoreWithRemovalIT {

    @TempDir
    private static Path temporary;

    private static LangChainServer server;

    private final EmbeddingStore<TextSegment> store = server.store().build();

    @BeforeAll
    static void start() {
        server = new LangChainServer(temporary.resolve("data"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected EmbeddingStore<TextSegment> embeddingStore() {
        return store;
    }

    @Override
    protected EmbeddingModel embeddingModel() {
        return LangChainServer.MODEL;
    }
}
