package org.elanus.dist;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.store.embedding.milvus.MilvusEmbeddingStore;
import io.milvus.client.MilvusServiceClient;
import io.milvus.common.clientenum.ConsistencyLevelEnum;
import io.milvus.param.ConnectParam;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server with stores on it; every store has a collection of its own. */
final class LangChainServer implements AutoCloseable {

    /** The suite's own choice is a model with weights and a native runtime of 110 MB; it asks only for similarity. */
    static final EmbeddingModel MODEL = new EmbeddingModel() {
        @Override
        public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            return Response.from(segments.stream()
                    .map(TextSegment::text)
                    .map(TextVector::of)
                    .map(Embedding::from)
                    .toList());
        }
    };

    private final ServerProcess server;
    private final MilvusServiceClient client;
    private final AtomicInteger stores = new AtomicInteger();

    LangChainServer(Path data) {
        server = ServerProcess.start(data);
        client = new MilvusServiceClient(ConnectParam.newBuilder()
                .withUri("http://127.0.0.1:" + server.port())
                .build());
    }

    MilvusEmbeddingStore.Builder store() {
        return MilvusEmbeddingStore.builder()
                .milvusClient(client)
                .collectionName("segments_" + stores.incrementAndGet())
                .consistencyLevel(ConsistencyLevelEnum.STRONG)
                .dimension(TextVector.DIMENSION);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
