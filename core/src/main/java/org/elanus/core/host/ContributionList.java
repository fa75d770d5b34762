package org.elanus.core.host;

import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.api.ApiEndpoint;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.EventListener;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.metadata.MetadataStoreFactory;
import org.elanus.spi.metrics.MetricsReporter;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.storage.ObjectStoreFactory;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.jspecify.annotations.Nullable;

/** Collects what one plugin registers. Used by the one thread that registers. */
final class ContributionList implements Contributions {

    /**
     * One contribution, guarded.
     *
     * @param label kind and name for people
     */
    record Item<T>(Class<T> kind, String name, String label, T contribution) {}

    private final String plugin;
    private final Guard guard;
    private final List<Item<?>> items = new ArrayList<>();
    private @Nullable Class<? extends Record> configuration;
    private int listeners;
    private boolean closed;

    ContributionList(String plugin, Guard guard) {
        this.plugin = plugin;
        this.guard = guard;
    }

    /** No more is taken, because a plugin that kept this object could not be told from one that registers late. */
    void close() {
        closed = true;
    }

    List<Item<?>> items() {
        return items;
    }

    @Nullable
    Class<? extends Record> configuration() {
        return configuration;
    }

    @Override
    public void configuration(Class<? extends Record> type) {
        checkOpen();
        if (configuration != null) {
            throw new IllegalStateException("a plugin registers one configuration record; '%s' registered %s and %s"
                    .formatted(plugin, configuration.getName(), type.getName()));
        }
        configuration = type;
    }

    @Override
    public void wal(WalOpenerBuilder builder) {
        add(WalOpenerBuilder.class, builder.name(), "wal", builder);
    }

    @Override
    public void vectorIndex(VectorIndexType type) {
        add(VectorIndexType.class, type.name(), "vector index", type);
    }

    @Override
    public void objectStore(ObjectStoreFactory factory) {
        add(ObjectStoreFactory.class, factory.name(), "object store", factory);
    }

    @Override
    public void metadataStore(MetadataStoreFactory factory) {
        add(MetadataStoreFactory.class, factory.name(), "metadata store", factory);
    }

    @Override
    public void authenticator(Authenticator authenticator) {
        add(Authenticator.class, authenticator.name(), "authenticator", authenticator);
    }

    @Override
    public void authorizer(Authorizer authorizer) {
        add(Authorizer.class, authorizer.name(), "authorizer", authorizer);
    }

    @Override
    public void endpoint(ApiEndpoint endpoint) {
        add(ApiEndpoint.class, endpoint.name(), "endpoint", endpoint);
    }

    @Override
    public void eventListener(EventListener listener) {
        listeners++;
        add(EventListener.class, listeners == 1 ? plugin : plugin + "-" + listeners, "event listener", listener);
    }

    @Override
    public void metrics(MetricsReporter reporter) {
        add(MetricsReporter.class, reporter.name(), "metrics reporter", reporter);
    }

    @Override
    public void route(ManagementRoute route) {
        checkOpen();
        String name = route.method() + " " + route.path();
        ManagementRoute guarded = new ManagementRoute(
                route.method(), route.path(), route.action(), guard.wrap(ManagementRoute.Handler.class, route.handler()));
        items.add(new Item<>(ManagementRoute.class, name, "route " + name, guarded));
    }

    private <T> void add(Class<T> kind, String name, String label, T contribution) {
        checkOpen();
        if (name == null || name.isBlank()) {
            throw new ElanusException(
                    StandardErrorCode.PLUGIN_FAILED,
                    "plugin '" + plugin + "' contributes a " + label + " without a name");
        }
        items.add(new Item<>(kind, name, label + " " + name, guard.wrap(kind, contribution)));
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("plugin '" + plugin + "' contributes outside of register()");
        }
    }
}
