package org.elanus.core.wiring;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import java.util.List;
import java.util.Optional;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.DatabaseLog;
import org.elanus.core.config.Configuration;
import org.elanus.core.config.CoreConfig;
import org.elanus.core.engine.Engine;
import org.elanus.core.engine.EngineSettings;
import org.elanus.core.host.EventBus;
import org.elanus.core.host.PluginHost;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.log.LogSettings;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataStoreFactory;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectStoreFactory;
import org.elanus.spi.wal.WalOpenerBuilder;

/** The data directory of a server and the plugins that run on it. {@link OpenParts} closes them. */
record HostedServices(Injector injector, DataDirectory directory, PluginHost host) {

    /** Opens them; what was opened before a failure is in {@code parts}. */
    static HostedServices open(Configuration configuration, Seams seams, PluginSources sources, OpenParts parts) {
        // Before anything is written to a place that nobody wanted.
        if (configuration.isIncomplete() || configuration.hasProblem("data") || configuration.hasProblem("plugins")) {
            configuration.check();
        }
        CoreConfig core = configuration.core();
        DataDirectory directory = parts.add(
                "data directory " + core.data().directory(),
                DataDirectory.open(core.data().directory(), seams));
        Injector injector = Guice.createInjector(Stage.DEVELOPMENT, new ServerModule(configuration, seams, sources));
        PluginHost host = parts.add("plugins", injector.getInstance(PluginHost.class));
        host.start();
        return new HostedServices(injector, directory, host);
    }

    /** Opens the stores and the log that the configuration names; the caller keeps them no longer than they are open. */
    Stores openStores(OpenParts parts) {
        MetadataStore metadata = openMetadata(parts);
        String configured = core().log().wal();
        // Before the log is opened: the other one may be out of reach, and is the wrong one anyway.
        Catalog.recordedLog(metadata).ifPresent(log -> log.require(configured));
        return new Stores(metadata, openObjects(parts), openLog("log.wal", configured, parts));
    }

    /** As {@link #openStores}, with the log that the database is in, whatever the configuration names. */
    Stores openRecordedStores(OpenParts parts) {
        MetadataStore metadata = openMetadata(parts);
        Optional<String> recorded = Catalog.recordedLog(metadata).map(DatabaseLog::wal);
        OpenLog log = recorded.isPresent()
                ? openLog("the log of the database", recorded.get(), parts)
                : openLog("log.wal", core().log().wal(), parts);
        return new Stores(metadata, openObjects(parts), log);
    }

    MetadataStore openMetadata(OpenParts parts) {
        var factory = lease(
                MetadataStoreFactory.class, "metadata.store", core().metadata().store(), parts);
        return parts.add("metadata store " + factory.name(), factory.open());
    }

    private ObjectStore openObjects(OpenParts parts) {
        var factory = lease(
                ObjectStoreFactory.class, "storage.store", core().storage().store(), parts);
        return parts.add("object store " + factory.name(), factory.open());
    }

    /** What an engine over the stores is made of. */
    Engine.Parts engineParts(Stores stores, Seams seams) {
        return new Engine.Parts(
                stores.metadata(),
                stores.objects(),
                stores.log().name(),
                stores.log().opener(),
                stores.log().capabilities(),
                injector.getInstance(IndexTypes.class),
                seams,
                injector.getInstance(MemoryAccountant.class),
                injector.getInstance(EngineSettings.class),
                injector.getInstance(LogSettings.class),
                nodeName(),
                injector.getInstance(EventBus.class));
    }

    /** What other processes read when this one takes the log over. */
    private String nodeName() {
        String given = core().log().node();
        if (!given.isEmpty()) {
            return given;
        }
        String host = System.getenv("HOSTNAME");
        return (host == null || host.isEmpty() ? "process" : host) + "-"
                + ProcessHandle.current().pid();
    }

    /** @param what names it in errors, such as the configuration's key */
    OpenLog openLog(String what, String name, OpenParts parts) {
        var builder = lease(WalOpenerBuilder.class, what, name, parts);
        return new OpenLog(builder.name(), parts.add("log " + builder.name(), builder.build()), builder.capabilities());
    }

    private CoreConfig core() {
        return injector.getInstance(CoreConfig.class);
    }

    private <T> T lease(Class<T> kind, String key, String name, OpenParts parts) {
        try {
            Registry.Lease<T> lease = injector.getInstance(Registry.class).lease(kind, name);
            parts.addQuietly(lease);
            return lease.get();
        } catch (ElanusException e) {
            throw new ElanusException(e.code(), key + " = " + name + ": " + e.getMessage() + failedPlugins(), e);
        }
    }

    /** What is missing may be what one of them would have contributed. */
    private String failedPlugins() {
        List<String> failed = host.plugins().stream()
                .flatMap(plugin -> plugin.failure().map(reason -> plugin.id() + " (" + reason + ")").stream())
                .toList();
        return failed.isEmpty() ? "" : "; failed plugins: " + String.join(", ", failed);
    }
}
