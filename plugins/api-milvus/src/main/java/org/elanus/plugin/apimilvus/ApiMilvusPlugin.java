package org.elanus.plugin.apimilvus;

import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.PluginContext;

/** Serves the Milvus protocol. */
public final class ApiMilvusPlugin implements ElanusPlugin {

    private final MilvusEndpoint endpoint = new MilvusEndpoint();

    @Override
    public void register(Contributions contributions) {
        contributions.configuration(ApiMilvusConfig.class);
        contributions.endpoint(endpoint);
    }

    @Override
    public void start(PluginContext context) {
        endpoint.start(context);
    }

    @Override
    public void stop() {
        endpoint.stop();
    }
}
