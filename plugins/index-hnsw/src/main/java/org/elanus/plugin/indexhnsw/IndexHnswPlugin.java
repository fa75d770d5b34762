package org.elanus.plugin.indexhnsw;

import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.PluginContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Contributes the index type {@code HNSW}. */
public final class IndexHnswPlugin implements ElanusPlugin {

    private static final Logger LOG = LoggerFactory.getLogger(IndexHnswPlugin.class);

    private @Nullable WarmUp warmUp;

    @Override
    public void register(Contributions contributions) {
        contributions.vectorIndex(new HnswIndexType());
    }

    @Override
    public void start(PluginContext context) {
        LOG.info("HNSW distances: {}", Kernels.description());
        WarmUp started = new WarmUp(context.clock());
        warmUp = started;
        context.threads().start("hnsw-warm-up", started::run);
    }

    @Override
    public void stop() {
        if (warmUp != null) {
            warmUp.stop();
        }
    }
}
