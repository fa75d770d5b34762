package org.elanus.plugin.apimilvus;

import org.elanus.spi.api.ApiEndpoint;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.event.EventListener;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.metadata.MetadataStoreFactory;
import org.elanus.spi.metrics.MetricsReporter;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.storage.ObjectStoreFactory;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.jspecify.annotations.Nullable;

/** Takes the one thing that the plugin contributes. */
final class CollectedEndpoint implements Contributions {

    private @Nullable MilvusEndpoint endpoint;
    private @Nullable Class<? extends Record> configuration;

    MilvusEndpoint endpoint() {
        if (endpoint == null || configuration != ApiMilvusConfig.class) {
            throw new AssertionError("the plugin contributed " + endpoint + " and " + configuration);
        }
        return endpoint;
    }

    @Override
    public void configuration(Class<? extends Record> type) {
        configuration = type;
    }

    @Override
    public void endpoint(ApiEndpoint contributed) {
        endpoint = (MilvusEndpoint) contributed;
    }

    @Override
    public void wal(WalOpenerBuilder builder) {
        throw new AssertionError();
    }

    @Override
    public void vectorIndex(VectorIndexType type) {
        throw new AssertionError();
    }

    @Override
    public void objectStore(ObjectStoreFactory factory) {
        throw new AssertionError();
    }

    @Override
    public void metadataStore(MetadataStoreFactory factory) {
        throw new AssertionError();
    }

    @Override
    public void authenticator(Authenticator authenticator) {
        throw new AssertionError();
    }

    @Override
    public void authorizer(Authorizer authorizer) {
        throw new AssertionError();
    }

    @Override
    public void eventListener(EventListener listener) {
        throw new AssertionError();
    }

    @Override
    public void metrics(MetricsReporter reporter) {
        throw new AssertionError();
    }

    @Override
    public void route(ManagementRoute route) {
        throw new AssertionError();
    }
}
