package org.elanus.spi.plugin;

import org.elanus.spi.HostImplements;
import org.elanus.spi.api.ApiEndpoint;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.event.EventListener;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.metadata.MetadataStoreFactory;
import org.elanus.spi.metrics.MetricsReporter;
import org.elanus.spi.storage.ObjectStoreFactory;
import org.elanus.spi.wal.WalOpenerBuilder;

/**
 * Collects what a plugin contributes. Valid only during {@link ElanusPlugin#register}. Names are unique among the
 * plugins of a host for each kind; a second contribution of the same name makes the later plugin fail with an error
 * that names both.
 */
@HostImplements
public interface Contributions {

    /** The plugin's configuration: a record annotated as {@link org.elanus.spi.config} says. At most one. */
    void configuration(Class<? extends Record> type);

    /** A write-ahead log, chosen by {@code log.wal} in the configuration. */
    void wal(WalOpenerBuilder builder);

    /** A vector index type, chosen by {@code index_type} of an index definition. */
    void vectorIndex(VectorIndexType type);

    /** An object store, chosen by {@code storage.store} in the configuration. */
    void objectStore(ObjectStoreFactory factory);

    /** A metadata store, chosen by {@code metadata.store} in the configuration. */
    void metadataStore(MetadataStoreFactory factory);

    /** Recognises callers; used when {@code auth.authenticators} in the configuration names it. */
    void authenticator(Authenticator authenticator);

    /** Says what callers may do; chosen by {@code auth.authorizer} in the configuration. */
    void authorizer(Authorizer authorizer);

    /** A protocol that is served over the database. */
    void endpoint(ApiEndpoint endpoint);

    /** A listener for what happens in the database. */
    void eventListener(EventListener listener);

    /** A place that measurements go to. */
    void metrics(MetricsReporter reporter);

    /** A route on the management port. */
    void route(ManagementRoute route);
}
