package org.elanus.core.host;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.elanus.core.config.Configuration;
import org.elanus.core.config.CoreConfig;
import org.elanus.core.metrics.Meter;
import org.elanus.core.registry.Registry;
import org.elanus.core.registry.Suggestion;
import org.elanus.spi.auth.Door;
import org.elanus.spi.database.Database;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.io.Files;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds plugins, runs them, and offers what they contribute through the {@link Registry}. Starts once, closes once; in
 * between single plugins may be restarted. Safe for use by many threads: changes take turns, {@link #plugins} and the
 * registry never wait for them.
 */
public final class PluginHost implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PluginHost.class);

    private final Configuration configuration;
    private final Discovery discovery;
    private final HostServices services;
    private final PluginInspection inspection;
    private final UnloadCheck unloadCheck;
    private final ReentrantLock lifeCycle = new ReentrantLock();
    private final List<String> leaks = new CopyOnWriteArrayList<>();
    /** Loaders of plugins that failed; looked at when the host closes. */
    private final Map<String, WeakReference<ClassLoader>> retired = new LinkedHashMap<>();

    private volatile Map<String, HostedPlugin> plugins = Map.of();
    private volatile List<PluginState> refused = List.of();
    private volatile @Nullable Supplier<Database> engine;
    private volatile boolean closing;
    private @Nullable Served served;
    private boolean begun;
    private boolean closed;

    /** What endpoints get. */
    private record Served(Database database, Door door) {}

    private PluginHost(Builder builder) {
        this.configuration = Objects.requireNonNull(builder.configuration, "configuration");
        CoreConfig core = configuration.core();
        Path data = core.data().directory().toAbsolutePath();
        Clock clock = Objects.requireNonNull(builder.clock, "clock");
        Threads threads = Objects.requireNonNull(builder.threads, "threads");
        this.discovery = new Discovery(builder.directory, builder.classPath, Configuration.RESERVED_PLUGIN_IDS);
        this.services = new HostServices(
                Objects.requireNonNull(builder.files, "files"),
                clock,
                threads,
                Objects.requireNonNull(builder.randomness, "randomness"),
                new LifeCycleCalls(clock, threads),
                new PluginCache(data.resolve("plugin-cache")),
                builder.registry,
                builder.events,
                builder.meter,
                this::engine,
                core.host(),
                data);
        this.inspection = new PluginInspection(discovery, services);
        this.unloadCheck = new UnloadCheck(clock, threads);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Contributions of the plugins that run. */
    public Registry registry() {
        return services.registry();
    }

    /** Where events are published for the plugins' listeners. */
    public EventBus events() {
        return services.events();
    }

    /** From now on plugins get the database. */
    public void database(Supplier<Database> supplier) {
        engine = supplier;
    }

    private Database engine() {
        Supplier<Database> supplier = engine;
        if (supplier == null) {
            throw new ElanusException(StandardErrorCode.NOT_READY, "the database is not open yet");
        }
        return supplier.get();
    }

    /** Where the endpoints of the plugins that run are going to serve, as configured, by plugin. */
    public Map<String, List<String>> endpointHosts() {
        Map<String, List<String>> hosts = new LinkedHashMap<>();
        plugins.forEach((id, plugin) -> {
            if (plugin.isRunning()) {
                List<String> own = EndpointCalls.hosts(plugin);
                if (!own.isEmpty()) {
                    hosts.put(id, own);
                }
            }
        });
        return hosts;
    }

    /** Looks at what is installed without running any of it. */
    public List<PluginState> installed() {
        return inspection.installed();
    }

    /**
     * The reference page of all settings: the core's and those of the installed plugins, which register but do not
     * start. For a host that is not started.
     */
    public String configurationReference() {
        return inspection.configurationReference();
    }

    /**
     * Every setting of the core and of the installed plugins as {@code key = value (origin)}, secrets masked. For a host
     * that is not started.
     *
     * @throws ElanusException CONFIGURATION_INVALID with everything that is wrong
     */
    public List<String> effectiveConfiguration() {
        return inspection.effectiveConfiguration(configuration);
    }

    /**
     * Starts every plugin that can run. A plugin that fails leaves the others running unless the configuration says that
     * it is required.
     *
     * @throws ElanusException CONFIGURATION_INVALID with all that is wrong with the configuration, or when two plugins
     *     have one id; PLUGIN_FAILED naming every required plugin that does not run, and why. Nothing runs then
     */
    public void start() {
        lifeCycle.lock();
        try {
            if (begun) {
                throw new IllegalStateException("a plugin host starts once");
            }
            begun = true;
            startAll();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        } finally {
            lifeCycle.unlock();
        }
    }

    private void startAll() {
        if (configuration.hasProblem("data") || configuration.hasProblem("host")) {
            // Before the disk is touched in a place that nobody wanted.
            configuration.check();
        }
        Discovery.Found found = discovery.find();
        found.duplicate().ifPresent(message -> {
            throw new ElanusException(StandardErrorCode.CONFIGURATION_INVALID, message);
        });
        found.refused().forEach(this::refuse);
        Resolution resolution = Resolution.of(found.candidates());
        Map<String, HostedPlugin> all = new LinkedHashMap<>();
        Map<String, Candidate> candidates = new LinkedHashMap<>();
        found.candidates().forEach(candidate -> candidates.put(candidate.id(), candidate));
        for (String id : resolution.order()) {
            all.put(id, new HostedPlugin(Objects.requireNonNull(candidates.get(id)), services));
        }
        resolution.refused().forEach((id, reason) -> {
            HostedPlugin plugin = new HostedPlugin(Objects.requireNonNull(candidates.get(id)), services);
            plugin.fail(reason);
            all.put(id, plugin);
        });
        plugins = all;

        registerAll(all.values());
        PluginInspection.bind(configuration, all.values(), !found.refused().isEmpty());
        checkRequired();
        for (HostedPlugin plugin : all.values()) {
            if (!plugin.hasFailed() && !closing) {
                startOne(plugin);
            }
        }
        if (closing) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the server was closed while it started");
        }
        checkRequired();
    }

    private void registerAll(Collection<HostedPlugin> all) {
        Map<String, String> owners = new LinkedHashMap<>();
        for (HostedPlugin plugin : all) {
            if (plugin.hasFailed()) {
                continue;
            }
            plugin.register();
            for (String label : plugin.labels()) {
                String owner = owners.putIfAbsent(label, plugin.id());
                if (owner != null && !plugin.hasFailed()) {
                    plugin.fail(
                            owner.equals(plugin.id())
                                    ? "it contributes the " + label + " twice"
                                    : "plugins '%s' and '%s' both contribute the %s; remove one of them"
                                            .formatted(owner, plugin.id(), label));
                }
            }
            if (plugin.hasFailed()) {
                owners.values().removeIf(plugin.id()::equals);
                retire(plugin);
            }
        }
        services.cache().prune();
    }

    void startOne(HostedPlugin plugin) {
        for (String id : Resolution.required(plugin.candidate)) {
            HostedPlugin dependency = plugins.get(id);
            if (dependency == null || !dependency.isRunning()) {
                String reason = dependency == null
                        ? "is not installed"
                        : "does not run: " + dependency.failure().orElse("it was stopped");
                plugin.fail("it depends on plugin '" + id + "', which " + reason);
                retire(plugin);
                return;
            }
        }
        plugin.start();
        if (plugin.hasFailed()) {
            retire(plugin);
        }
    }

    void retire(HostedPlugin plugin) {
        plugin.unload().ifPresent(loader -> retired.put(plugin.id(), loader));
    }

    private void checkRequired() {
        List<String> missing = new ArrayList<>();
        for (String id : configuration.core().plugins().required()) {
            HostedPlugin plugin = plugins.get(id);
            if (plugin == null) {
                missing.add("'" + id + "' is not installed; installed: "
                        + (plugins.isEmpty() ? "none" : String.join(", ", plugins.keySet()))
                        + Suggestion.didYouMean(id, plugins.keySet())
                        + unreadable());
            } else if (plugin.hasFailed()) {
                missing.add("'" + id + "': " + plugin.failure().orElse("failed"));
            }
        }
        if (!missing.isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.PLUGIN_FAILED,
                    "required plugins do not run:\n - " + String.join("\n - ", missing));
        }
    }

    private String unreadable() {
        List<String> reasons = refused.stream()
                .map(state -> state.id() + ": " + state.failure().orElse(""))
                .toList();
        return reasons.isEmpty() ? "" : " (not usable: " + String.join("; ", reasons) + ")";
    }

    private void refuse(PluginSource source, String reason) {
        log.error("{} is not used as a plugin: {}", source.describe(), reason);
        List<PluginState> next = new ArrayList<>(refused);
        next.add(PluginInspection.refused(source, reason, services.clock()));
        refused = List.copyOf(next);
        services.events().accept(new Event.PluginFailed(services.clock().millis(), source.name(), reason));
    }

    /** Ids in start order. */
    Map<String, HostedPlugin> hosted() {
        return plugins;
    }

    void replace(Map<String, HostedPlugin> next) {
        plugins = new LinkedHashMap<>(next);
    }

    /** Every plugin that was found, with its health as of now. */
    public List<PluginState> plugins() {
        List<PluginState> states = new ArrayList<>();
        plugins.values().forEach(plugin -> states.add(plugin.state()));
        states.addAll(refused);
        return states;
    }

    /** What kept the classes of stopped plugins from being unloaded, one entry a leak. */
    public List<String> leaks() {
        return List.copyOf(leaks);
    }

    /**
     * Stops a plugin and starts a new instance of it in a new class loader, from what its jar holds now; so too the
     * plugins that depend on it. Refused, with everything still running, when somebody uses a contribution for longer
     * than the drain limit.
     *
     * @throws ElanusException INVALID_ARGUMENT for an unknown plugin, ALREADY_IN_USE when it cannot be drained,
     *     PLUGIN_FAILED when the new instance does not run; the old one is gone then
     */
    public void restart(String id) {
        lifeCycle.lock();
        try {
            if (closed || !begun) {
                throw new ElanusException(StandardErrorCode.CLOSED, "the plugin host is not running");
            }
            if (!plugins.containsKey(id)) {
                throw ElanusException.invalid(
                        "there is no plugin '%s'; installed: %s%s",
                        id, String.join(", ", plugins.keySet()), Suggestion.didYouMean(id, plugins.keySet()));
            }
            PluginRestart restart = new PluginRestart(this, discovery, services, configuration, unloadCheck);
            restart.restart(restart.withDependants(id));
        } finally {
            lifeCycle.unlock();
        }
    }

    /**
     * Lets every endpoint serve the database.
     *
     * @throws ElanusException the first endpoint's, such as ALREADY_IN_USE for a taken port
     */
    public void openEndpoints(Database database, Door door) {
        lifeCycle.lock();
        try {
            served = new Served(database, door);
            for (HostedPlugin plugin : plugins.values()) {
                Optional<ElanusException> failure = plugin.isRunning() ? openEndpoints(plugin) : Optional.empty();
                if (failure.isPresent()) {
                    throw failure.get();
                }
            }
        } finally {
            lifeCycle.unlock();
        }
    }

    /** Ends serving, before the engine closes. */
    public void closeEndpoints(Duration drain) {
        lifeCycle.lock();
        try {
            for (HostedPlugin plugin : List.copyOf(plugins.values()).reversed()) {
                if (plugin.isRunning()) {
                    closeEndpoints(plugin, drain);
                }
            }
            served = null;
        } finally {
            lifeCycle.unlock();
        }
    }

    Optional<ElanusException> openEndpoints(HostedPlugin plugin) {
        Served offered = served;
        if (offered == null) {
            return Optional.empty();
        }
        return EndpointCalls.open(services, plugin, offered.database(), offered.door());
    }

    void closeEndpoints(HostedPlugin plugin, Duration drain) {
        if (served != null) {
            EndpointCalls.close(services, plugin, drain);
        }
    }

    /** Stops every plugin in the reverse order of their start. What plugins do wrong is logged, not thrown. */
    @Override
    public void close() {
        closing = true;
        lifeCycle.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            begun = true;
            Map<String, WeakReference<ClassLoader>> unloaded = new LinkedHashMap<>(retired);
            retired.clear();
            for (HostedPlugin plugin : List.copyOf(plugins.values()).reversed()) {
                if (plugin.isRunning()) {
                    plugin.beginStop();
                    closeEndpoints(plugin, services.limits().drainLimit());
                    plugin.stop(plugin.withdraw(services.limits().drainLimit()));
                }
                plugin.unload().ifPresent(loader -> unloaded.put(plugin.id(), loader));
            }
            report(unloadCheck.verify(unloaded, services.limits().unloadLimit()));
        } finally {
            lifeCycle.unlock();
        }
    }

    void report(Map<String, String> found) {
        found.forEach((id, reason) -> {
            log.error("The classes of plugin {} are still in memory after it stopped; held by {}", id, reason);
            leaks.add("plugin '" + id + "': " + reason);
            HostedPlugin plugin = plugins.get(id);
            if (plugin != null) {
                plugin.remark("its classes are still in memory, held by " + reason);
            }
        });
    }

    /** Gathers what a host needs. */
    public static final class Builder {

        private @Nullable Configuration configuration;
        private @Nullable Files files;
        private @Nullable Clock clock;
        private @Nullable Threads threads;
        private @Nullable Randomness randomness;
        private @Nullable Path directory;
        private @Nullable ClassLoader classPath;
        private Registry registry = new Registry();
        private EventBus events = new EventBus();
        private Meter meter = new Meter();

        private Builder() {}

        /** Checked, with the plugins' settings, when the host starts. */
        public Builder configuration(Configuration value) {
            configuration = value;
            return this;
        }

        public Builder seams(Files files, Clock clock, Threads threads, Randomness randomness) {
            this.files = files;
            this.clock = clock;
            this.threads = threads;
            this.randomness = randomness;
            return this;
        }

        /** A directory whose jars and folders are plugins, each in a class loader of its own. */
        public Builder directory(Path value) {
            directory = value;
            return this;
        }

        /** A class loader whose services are plugins; they share it and cannot be unloaded. */
        public Builder classPath(ClassLoader value) {
            classPath = value;
            return this;
        }

        /** The registry to fill instead of a new one. */
        public Builder registry(Registry value) {
            registry = value;
            return this;
        }

        /** Where events of plugins go and their listeners hear from, instead of a new one. */
        public Builder events(EventBus value) {
            events = value;
            return this;
        }

        /** What plugins' reporters hear from, instead of a new one that nothing is measured with. */
        public Builder meter(Meter value) {
            meter = value;
            return this;
        }

        public PluginHost build() {
            return new PluginHost(this);
        }
    }
}
