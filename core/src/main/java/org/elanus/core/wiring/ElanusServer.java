package org.elanus.core.wiring;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.core.access.Access;
import org.elanus.core.access.Metering;
import org.elanus.core.config.Configuration;
import org.elanus.core.config.CoreConfig;
import org.elanus.core.engine.Engine;
import org.elanus.core.engine.EngineHealth;
import org.elanus.core.host.EventBus;
import org.elanus.core.host.PluginHost;
import org.elanus.core.host.PluginState;
import org.elanus.core.host.PluginWatch;
import org.elanus.core.manage.ManagementPages;
import org.elanus.core.manage.ManagementServer;
import org.elanus.core.manage.PluginStatus;
import org.elanus.core.metrics.CollectionNames;
import org.elanus.core.metrics.Meter;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.api.ApiEndpoint;
import org.elanus.spi.database.Database;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.manage.ManagementRoute;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running Elanus. Starting opens its parts one after the other; when one fails, those before it are closed and its
 * error is thrown. Nothing is static: several servers in one process do not know each other. Safe for use by many threads.
 */
public final class ElanusServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ElanusServer.class);
    /** A failing plugin is in the log within a second. */
    private static final Duration PLUGIN_WATCH_PAUSE = Duration.ofMillis(500);

    private final CoreConfig core;
    private final Seams seams;
    private final OpenParts parts = new OpenParts();
    private final ReentrantLock closing = new ReentrantLock();
    private final HostedServices services;
    private final Access access;
    /** Null before it is open and from its closing on: it refers to plugins, whose classes shall be unloaded then. */
    private final AtomicReference<@Nullable Engine> engine = new AtomicReference<>();

    /** Null from its closing on: it refers to the metadata store's plugin. */
    private volatile @Nullable StoredUsers users;

    private volatile boolean serving;
    private Optional<String> managementAddress = Optional.empty();
    private Map<String, List<String>> clientAddresses = Map.of();

    private ElanusServer(Configuration configuration, Seams seams, PluginSources sources) {
        this.core = configuration.core();
        this.seams = seams;
        boolean opened = false;
        try {
            services = HostedServices.open(configuration, seams, sources, parts);
            measure();
            EventBus events = services.injector().getInstance(EventBus.class);
            Metering metering = new Metering(services.injector().getInstance(Meter.class), seams.clock());
            access = Access.builder()
                    .configuration(core.auth())
                    .registry(services.injector().getInstance(Registry.class))
                    .step(metering)
                    .failures(metering::failed)
                    .events(event -> {
                        metering.refused(event);
                        events.accept(event);
                    })
                    .build(
                            () -> openedEngine().database(),
                            seams.clock(),
                            seams.threads(),
                            seams.randomness());
            opened = true;
        } finally {
            if (!opened) {
                abandon();
            }
        }
    }

    /**
     * Starts a server with the plugins of the configured directory, its endpoints and the management port.
     *
     * @throws ElanusException CONFIGURATION_INVALID with everything that is wrong with it; ALREADY_IN_USE naming the data
     *     directory or the port; CORRUPT, IO_FAILURE, DISK_FULL naming the file; PLUGIN_FAILED naming the plugin
     */
    public static ElanusServer start(Configuration configuration, Seams seams) {
        ElanusServer server = new ElanusServer(
                configuration,
                seams,
                PluginSources.directory(configuration.core().plugins().directory()));
        return server.opened(() -> PluginErrors.detached(() -> {
            // Before the engine, which may replay for a while: probes get answers meanwhile.
            server.watchPlugins();
            server.openManagement();
            server.openEngine();
            server.checkRootPassword();
            server.openEndpoints();
            return server;
        }));
    }

    /**
     * Starts the database inside an application: plugins come from its class path, no port is opened.
     *
     * @param classPath the class loader whose services are plugins
     * @throws ElanusException as {@link #start}
     */
    public static ElanusServer embed(Configuration configuration, Seams seams, ClassLoader classPath) {
        ElanusServer server = new ElanusServer(configuration, seams, PluginSources.classPath(classPath));
        return server.opened(server::openEngine);
    }

    private ElanusServer opened(Runnable steps) {
        boolean opened = false;
        try {
            steps.run();
            opened = true;
            return this;
        } finally {
            if (!opened) {
                abandon();
            }
        }
    }

    private void measure() {
        var injector = services.injector();
        Meter meter = injector.getInstance(Meter.class);
        String version = ElanusServer.class.getPackage().getImplementationVersion();
        meter.samples(new ServerSamples(
                version == null ? "development" : version,
                engine::get,
                this::reasonsNotToServe,
                services.host(),
                injector.getInstance(EventBus.class),
                injector.getInstance(MemoryAccountant.class),
                meter));
    }

    /** What is measured of collections and indexes. */
    private void measure(Engine opened, Meter meter) {
        meter.names(new EngineNames(opened));
        opened.watchIndexes((database, collection, indexType, outcome) ->
                meter.indexOperation(CollectionNames.labelOf(database, collection), indexType, outcome));
    }

    private void watchPlugins() {
        PluginWatch watch = new PluginWatch(services.host()::plugins);
        parts.addQuietly(seams.threads().repeat("plugin-watch", PLUGIN_WATCH_PAUSE, watch::look));
    }

    private void openManagement() {
        if (core.management().enabled()) {
            ManagementPages pages = new ManagementPages(
                    this::reasonsNotToServe,
                    this::pluginStatuses,
                    services.injector().getInstance(Registry.class),
                    access);
            ManagementServer management = parts.add(
                    "management port",
                    ManagementServer.open(
                            core.management().host(), core.management().port(), pages, seams.threads()));
            managementAddress = Optional.of(management.address());
            announce();
        }
    }

    private void openEngine() {
        var injector = services.injector();
        Stores stores = services.openStores(parts);
        Engine opened = Engine.open(services.engineParts(stores, seams));
        engine.set(opened);
        Meter meter = injector.getInstance(Meter.class);
        measure(opened, meter);
        parts.add("engine", () -> {
            engine.set(null);
            meter.names(CollectionNames.NONE);
            opened.close();
        });
        services.host().database(this::database);
        Registry.Registration explain = injector.getInstance(Registry.class)
                .register(ManagementRoute.class, "explain", ExplainRoute.of(this::database), "core");
        parts.addQuietly(explain::withdraw);
        Registry.Registration wal = injector.getInstance(Registry.class)
                .register(
                        ManagementRoute.class,
                        "wal",
                        LogRoute.of(() -> openedEngine().logStatus()),
                        "core");
        parts.addQuietly(wal::withdraw);
        Registry registry = injector.getInstance(Registry.class);
        users = StoredUsers.open(core.auth(), stores.metadata(), access, registry, seams, parts);
        parts.addQuietly(() -> users = null);
        access.check();
    }

    /** Before anybody is served. */
    private void checkRootPassword() {
        Map<String, List<String>> hosts = new LinkedHashMap<>();
        services.host().endpointHosts().forEach((plugin, own) -> hosts.put("plugins." + plugin + ".host", own));
        if (core.management().enabled()) {
            hosts.put("management.host", List.of(core.management().host()));
        }
        StoredUsers opened = users;
        if (opened != null) {
            opened.checkRootPassword(hosts);
        }
    }

    private void openEndpoints() {
        PluginHost host = services.host();
        Duration drain = core.host().drainLimit();
        parts.add("endpoints", () -> {
            serving = false;
            host.closeEndpoints(drain);
        });
        host.openEndpoints(database(), access);
        serving = true;
        Map<String, List<String>> addresses = new LinkedHashMap<>();
        for (Registry.Lease<ApiEndpoint> lease :
                services.injector().getInstance(Registry.class).leases(ApiEndpoint.class)) {
            try (lease) {
                addresses.put(lease.name(), List.copyOf(lease.get().addresses()));
            }
        }
        clientAddresses = addresses;
        announce();
    }

    private void announce() {
        try {
            services.directory().announce(managementAddress, clientAddresses);
        } catch (IOException e) {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, String.valueOf(e.getMessage()), e);
        }
    }

    private List<String> reasonsNotToServe() {
        Engine current = engine.get();
        if (current == null) {
            return List.of("the engine is not open");
        }
        List<String> reasons = new ArrayList<>();
        EngineHealth health = current.health();
        if (!health.ready()) {
            reasons.add("the engine does not serve, or does not take writes");
            reasons.addAll(health.problems());
        }
        if (!serving) {
            reasons.add("the endpoints are not open");
        }
        for (PluginState plugin : services.host().plugins()) {
            if (core.plugins().required().contains(plugin.id()) && plugin.state() != PluginState.State.RUNNING) {
                reasons.add("the required plugin " + plugin.id() + " does not run"
                        + plugin.failure().map(reason -> ": " + reason).orElse(""));
            }
        }
        return reasons;
    }

    private List<PluginStatus> pluginStatuses() {
        return services.host().plugins().stream()
                .map(plugin -> new PluginStatus(
                        plugin.id(),
                        plugin.version(),
                        plugin.state().name().toLowerCase(Locale.ROOT),
                        plugin.health().state().name().toLowerCase(Locale.ROOT),
                        plugin.health().message(),
                        plugin.contributions(),
                        plugin.source(),
                        plugin.sinceMillis(),
                        plugin.errors(),
                        plugin.failure()))
                .toList();
    }

    /**
     * The database, behind the door; valid until {@link #close}.
     *
     * @throws ElanusException CLOSED afterwards
     */
    public Database database() {
        openedEngine();
        return access.database();
    }

    private Engine openedEngine() {
        Engine current = engine.get();
        if (current == null) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the database on " + dataDirectory() + " is closed");
        }
        return current;
    }

    /** Absolute. */
    public Path dataDirectory() {
        return services.directory().path();
    }

    /** {@code host:port} by protocol. */
    public Map<String, List<String>> clientAddresses() {
        return clientAddresses;
    }

    /** {@code host:port} of the management port, unless it is turned off. */
    public Optional<String> managementAddress() {
        return managementAddress;
    }

    /** How many plugins run. */
    public int runningPlugins() {
        return (int) services.host().plugins().stream()
                .filter(plugin -> plugin.state() == PluginState.State.RUNNING)
                .count();
    }

    /**
     * Ends serving, lets calls under way finish, and closes everything in the reverse order of its opening. Calling it
     * again has no effect; a second caller waits for the first.
     *
     * @throws ElanusException the first failure, with the others as suppressed ones; all is closed nevertheless
     */
    @Override
    public void close() {
        closing.lock();
        try {
            parts.close();
        } finally {
            closing.unlock();
        }
    }

    /** Closes what a failed start has opened; its own error is the one to report. */
    private void abandon() {
        try {
            parts.close();
        } catch (RuntimeException e) {
            log.warn("closing after the failed start: {}", e.getMessage());
        }
    }
}
