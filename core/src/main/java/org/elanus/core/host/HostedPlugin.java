package org.elanus.core.host;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.elanus.core.config.Configuration;
import org.elanus.core.metrics.Reporting;
import org.elanus.core.registry.Registry.Registration;
import org.elanus.spi.api.ApiEndpoint;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.event.Event;
import org.elanus.spi.event.EventListener;
import org.elanus.spi.metrics.MetricsReporter;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.Health;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plugin on its way through the life cycle. The host calls the steps one at a time; {@link #state} is for any
 * thread.
 */
final class HostedPlugin {

    private static final Logger log = LoggerFactory.getLogger(HostedPlugin.class);
    private static final Duration POLL = Duration.ofMillis(10);
    /** Threads that were told to end have this long before they count as left behind. */
    private static final Duration SETTLE = Duration.ofMillis(100);

    final Candidate candidate;
    private final HostServices services;
    private final AtomicLong errors = new AtomicLong();
    private final LongAdder calls = new LongAdder();
    private final HealthProbe probe;
    private volatile Status status;
    private volatile List<String> labels = List.of();
    private volatile @Nullable LoadedPlugin loaded;

    private record Status(PluginState.State state, long since, Optional<String> failure) {}

    HostedPlugin(Candidate candidate, HostServices services) {
        this.candidate = candidate;
        this.services = services;
        this.probe = new HealthProbe(services);
        this.status = new Status(PluginState.State.INSTALLED, services.clock().millis(), Optional.empty());
    }

    String id() {
        return candidate.id();
    }

    boolean isRunning() {
        return status.state == PluginState.State.RUNNING;
    }

    boolean hasFailed() {
        return status.state == PluginState.State.FAILED;
    }

    Optional<String> failure() {
        return status.failure;
    }

    PluginState state() {
        Status now = status;
        return new PluginState(
                id(),
                candidate.descriptor().version(),
                now.state,
                health(now),
                candidate.source().describe(),
                labels,
                now.since,
                now.failure,
                errors.get(),
                calls.sum());
    }

    private Health health(Status now) {
        LoadedPlugin current = loaded;
        ElanusPlugin instance = current == null ? null : current.instance;
        if (now.state != PluginState.State.RUNNING || current == null || instance == null) {
            return Health.unhealthy(
                    now.failure.orElse(now.state == PluginState.State.INSTALLED ? "not started" : "not running"));
        }
        return probe.ask(id(), current.loader, instance, errors);
    }

    /** Loads, constructs and registers. Whether that went well shows in the state. */
    void register() {
        try {
            LoadedPlugin opened = LoadedPlugin.open(candidate, calls, errors, services);
            loaded = opened;
            services.calls()
                    .call(id(), opened.loader, "register", services.limits().registerLimit(), () -> {
                        opened.construct(candidate, services);
                        return true;
                    });
            labels = opened.contributions.items().stream()
                    .map(ContributionList.Item::label)
                    .toList();
        } catch (PluginRefusedException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    List<String> labels() {
        return labels;
    }

    /** Empty when it has none or could not register. */
    Optional<Class<? extends Record>> configurationType() {
        LoadedPlugin current = loaded;
        return current == null || hasFailed()
                ? Optional.empty()
                : Optional.ofNullable(current.contributions.configuration());
    }

    /** Binds the configuration; what is wrong with it is for {@link Configuration#check} to say. */
    void bind(Configuration configuration) {
        LoadedPlugin current = loaded;
        if (current == null || hasFailed()) {
            configuration.skipPlugin(id());
            return;
        }
        Class<? extends Record> type = current.contributions.configuration();
        current.configuration =
                type == null ? null : configuration.plugin(id(), type).orElse(null);
    }

    /** Starts and, when that went well, makes the contributions visible. A failed start is undone. */
    void start() {
        LoadedPlugin current = required();
        ElanusPlugin instance = current.instance;
        if (instance == null) {
            throw new IllegalStateException("plugin " + id() + " has not registered");
        }
        enter(PluginState.State.STARTING, Optional.empty());
        long begin = services.clock().nanos();
        try {
            PluginServices context = context(current);
            services.calls()
                    .call(id(), current.loader, "start", services.limits().startLimit(), () -> {
                        instance.start(context);
                        return true;
                    });
            publish();
        } catch (PluginRefusedException e) {
            List<String> problems = new ArrayList<>(List.of(String.valueOf(e.getMessage())));
            callStop(current, instance, problems);
            fail(String.join("; ", problems));
            return;
        }
        enter(PluginState.State.RUNNING, Optional.empty());
        log.info(
                "Plugin {} {} started in {} ms from {}",
                id(),
                candidate.descriptor().version(),
                (services.clock().nanos() - begin) / 1_000_000,
                candidate.source().describe());
        services.events()
                .accept(new Event.PluginStarted(
                        services.clock().millis(), id(), candidate.descriptor().version()));
    }

    /** Makes the contributions visible. */
    void publish() throws PluginRefusedException {
        LoadedPlugin current = required();
        try {
            for (ContributionList.Item<?> item : current.contributions.items()) {
                register(current, item);
                log.info(
                        "Plugin {} {} contributes {}",
                        id(),
                        candidate.descriptor().version(),
                        item.label());
            }
        } catch (ElanusException | PluginRefusedException e) {
            withdraw(Duration.ZERO);
            throw new PluginRefusedException(String.valueOf(e.getMessage()));
        }
    }

    private <T> void register(LoadedPlugin current, ContributionList.Item<T> item) throws PluginRefusedException {
        current.registrations.add(services.registry().register(item.kind(), item.name(), item.contribution(), id()));
        if (item.contribution() instanceof EventListener listener) {
            current.subscriptions.add(services.events().subscribe(item.name(), listener, current.threads));
        }
        if (item.contribution() instanceof MetricsReporter reporter) {
            Reporting reporting = services.meter().reporting(item.name(), reporter, services.clock());
            services.calls()
                    .call(id(), current.loader, "open", services.limits().startLimit(), () -> {
                        reporter.open(reporting);
                        return true;
                    });
            current.reportings.add(reporting);
            services.meter().begin(reporting, current.threads);
        }
    }

    /**
     * Hides the contributions and waits until nobody uses them.
     *
     * @return those still in use after the limit, in words
     */
    List<String> withdraw(Duration limit) {
        LoadedPlugin current = required();
        current.subscriptions.forEach(EventBus.Subscription::close);
        current.reportings.forEach(services.meter()::end);
        current.registrations.forEach(Registration::withdraw);
        long end = services.clock().nanos() + limit.toNanos();
        List<String> busy = new ArrayList<>();
        List<ContributionList.Item<?>> items = current.contributions.items();
        try {
            for (int i = 0; i < current.registrations.size(); i++) {
                Registration registration = current.registrations.get(i);
                if (!registration.awaitDrained(services.clock(), left(end))) {
                    busy.add(items.get(i).label() + " (" + registration.leases() + " in use)");
                }
            }
            for (EventBus.Subscription subscription : current.subscriptions) {
                if (!subscription.awaitEnded(services.clock(), left(end))) {
                    busy.add("event listener (still handling an event)");
                }
            }
            for (Reporting reporting : current.reportings) {
                if (!reporting.awaitEnded(left(end))) {
                    busy.add("metrics reporter (still handling a measurement)");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            busy.add("unknown (interrupted while waiting)");
        }
        current.registrations.clear();
        current.subscriptions.clear();
        current.reportings.clear();
        return busy;
    }

    private Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - services.clock().nanos()));
    }

    void beginStop() {
        enter(PluginState.State.STOPPING, Optional.empty());
    }

    void resume() {
        enter(PluginState.State.RUNNING, Optional.empty());
    }

    /** Stops a plugin whose contributions were withdrawn. Nothing that it does wrong is thrown. */
    void stop(List<String> busy) {
        LoadedPlugin current = required();
        ElanusPlugin instance = current.instance;
        List<String> problems = new ArrayList<>();
        if (!busy.isEmpty()) {
            problems.add("was stopped while in use: " + String.join(", ", busy));
        }
        if (instance != null) {
            callStop(current, instance, problems);
        }
        Optional<String> failure = problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
        failure.ifPresent(text -> log.warn("Plugin {} {}", id(), text));
        enter(PluginState.State.STOPPED, failure);
        log.info("Plugin {} {} stopped", id(), candidate.descriptor().version());
        services.events().accept(new Event.PluginStopped(services.clock().millis(), id()));
    }

    private void callStop(LoadedPlugin current, ElanusPlugin instance, List<String> problems) {
        try {
            services.calls()
                    .call(id(), current.loader, "stop", services.limits().stopLimit(), () -> {
                        instance.stop();
                        return true;
                    });
        } catch (PluginRefusedException e) {
            problems.add("stop() failed: " + e.getMessage());
        }
        awaitThreads(current, SETTLE, false);
        List<String> left = current.threads.end();
        if (!left.isEmpty()) {
            problems.add("left behind, now interrupted: " + String.join(", ", left));
        }
        List<String> alive = awaitThreads(current, services.limits().grace(), true);
        if (!alive.isEmpty()) {
            problems.add("threads still run: " + String.join(", ", alive));
        }
    }

    /**
     * Netty and others end their last threads a little after they were told to.
     *
     * @param foreign whether threads count that were not started through the context
     */
    private List<String> awaitThreads(LoadedPlugin current, Duration limit, boolean foreign) {
        long end = services.clock().nanos() + limit.toNanos();
        while (true) {
            List<String> alive = new ArrayList<>(current.threads.running());
            if (foreign && current.isUnloadable()) {
                Suspects.threads(current.loader).stream()
                        .filter(name -> !alive.contains(name))
                        .forEach(alive::add);
            }
            if (alive.isEmpty() || services.clock().nanos() >= end) {
                return alive;
            }
            try {
                services.clock().sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return alive;
            }
        }
    }

    /** Gives the class loader back. Empty when there is none that the host could unload. */
    Optional<WeakReference<ClassLoader>> unload() {
        LoadedPlugin current = loaded;
        loaded = null;
        if (current == null) {
            return Optional.empty();
        }
        try {
            current.unload();
        } catch (IOException e) {
            log.warn("The class loader of plugin {} cannot be closed: {}", id(), e.toString());
        }
        return current.isUnloadable() ? Optional.of(new WeakReference<>(current.loader)) : Optional.empty();
    }

    void fail(String reason) {
        enter(PluginState.State.FAILED, Optional.of(reason));
        log.error(
                "Plugin {} {} ({}) does not run: {}",
                id(),
                candidate.descriptor().version(),
                candidate.source().describe(),
                reason);
        services.events().accept(new Event.PluginFailed(services.clock().millis(), id(), reason));
    }

    /** Adds to what is known to have gone wrong while it stopped. */
    void remark(String problem) {
        Status now = status;
        status = new Status(
                now.state,
                now.since,
                Optional.of(now.failure.map(text -> text + "; " + problem).orElse(problem)));
    }

    /** The endpoints, in the order of their registration. */
    List<ApiEndpoint> endpoints() {
        return required().contributions.items().stream()
                .filter(item -> item.kind() == ApiEndpoint.class)
                .map(item -> (ApiEndpoint) item.contribution())
                .toList();
    }

    ClassLoader loader() {
        return required().loader;
    }

    private PluginServices context(LoadedPlugin current) throws PluginRefusedException {
        Path directory = services.dataDirectory().resolve(id());
        try {
            services.files().createDirectories(directory);
        } catch (IOException e) {
            throw new PluginRefusedException("its data directory cannot be created: " + e.getMessage());
        }
        return new PluginServices(
                id(),
                current.configuration,
                directory,
                services.files(),
                services.clock(),
                current.threads,
                services.randomness(),
                services.engine());
    }

    private LoadedPlugin required() {
        LoadedPlugin current = loaded;
        if (current == null) {
            throw new IllegalStateException("plugin " + id() + " is not loaded");
        }
        return current;
    }

    private void enter(PluginState.State state, Optional<String> failure) {
        status = new Status(state, services.clock().millis(), failure);
    }
}
