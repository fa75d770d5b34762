package org.elanus.core.host;

import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.elanus.core.metrics.Reporting;
import org.elanus.core.registry.Registry.Registration;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;

/** One instance of a plugin with its class loader. Nothing outside keeps a part of it after {@link #unload}. */
final class LoadedPlugin {

    private static final AtomicLong NUMBER = new AtomicLong();

    final ClassLoader loader;
    final Guard guard;
    final PluginThreads threads;
    final ContributionList contributions;
    final List<Registration> registrations = new ArrayList<>();
    final List<EventBus.Subscription> subscriptions = new ArrayList<>();
    final List<Reporting> reportings = new ArrayList<>();

    @Nullable
    ElanusPlugin instance;

    @Nullable
    Record configuration;

    private LoadedPlugin(String id, ClassLoader loader, LongAdder calls, AtomicLong errors, HostServices services) {
        this.loader = loader;
        this.guard = new Guard(id, loader, calls, errors);
        this.threads = new PluginThreads(services.threads(), id, loader, errors);
        this.contributions = new ContributionList(id, guard);
    }

    /** Opens the class loader; nothing of the plugin runs yet. */
    static LoadedPlugin open(Candidate candidate, LongAdder calls, AtomicLong errors, HostServices services)
            throws PluginRefusedException {
        try {
            return new LoadedPlugin(candidate.id(), loader(candidate, services.cache()), calls, errors, services);
        } catch (IOException e) {
            throw new PluginRefusedException("it cannot be unpacked: " + e);
        }
    }

    /** A class loader for the plugin's classes, which nobody else uses unless it comes from the class path. */
    static ClassLoader loader(Candidate candidate, PluginCache cache) throws IOException, PluginRefusedException {
        return switch (candidate.source()) {
            case PluginSource.ClassPath service -> service.loader();
            case PluginSource.Jar jar -> gate(candidate, cache.unpack(jar.path()));
            case PluginSource.Folder folder -> gate(candidate, classPath(folder.path()));
        };
    }

    /** Whether the host made the class loader and can unload it. */
    boolean isUnloadable() {
        return loader instanceof GateClassLoader;
    }

    /** Runs on a thread of the plugin's own. */
    void construct(Candidate candidate, HostServices services) throws PluginRefusedException {
        String name = candidate.descriptor().pluginClass();
        Class<?> type;
        try {
            type = loader.loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new PluginRefusedException("plugin.class '" + name + "' is not in the plugin");
        }
        if (!ElanusPlugin.class.isAssignableFrom(type)) {
            throw new PluginRefusedException(
                    "plugin.class '" + name + "' does not implement " + ElanusPlugin.class.getName());
        }
        ElanusPlugin plugin = create(type.asSubclass(ElanusPlugin.class), services);
        plugin.register(contributions);
        contributions.close();
        instance = plugin;
    }

    /** An injector of its own: bindings in a shared one, or in a child of one, would keep the plugin's classes. */
    private ElanusPlugin create(Class<? extends ElanusPlugin> type, HostServices services)
            throws PluginRefusedException {
        try {
            return Guice.createInjector(binder -> {
                        binder.bind(org.elanus.spi.io.Files.class).toInstance(services.files());
                        binder.bind(Clock.class).toInstance(services.clock());
                        binder.bind(Threads.class).toInstance(threads);
                        binder.bind(Randomness.class).toInstance(services.randomness());
                    })
                    .getInstance(type);
        } catch (ProvisionException e) {
            Throwable cause = e.getCause();
            throw new PluginRefusedException(
                    "its constructor failed: " + LifeCycleCalls.describe(cause == null ? e : cause));
        } catch (com.google.inject.ConfigurationException e) {
            throw new PluginRefusedException(
                    "plugin.class '" + type.getName() + "' needs a public constructor without parameters");
        }
    }

    /** Gives the class loader back. */
    void unload() throws IOException {
        guard.sever();
        instance = null;
        configuration = null;
        if (loader instanceof URLClassLoader closeable && isUnloadable()) {
            closeable.close();
        }
    }

    private static GateClassLoader gate(Candidate candidate, List<Path> classPath) throws MalformedURLException {
        URL[] urls = new URL[classPath.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = classPath.get(i).toUri().toURL();
        }
        return new GateClassLoader(
                "plugin " + candidate.id() + " " + candidate.descriptor().version() + " #" + NUMBER.incrementAndGet(),
                urls,
                LoadedPlugin.class.getClassLoader());
    }

    private static List<Path> classPath(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        paths.add(folder);
        Path libraries = folder.resolve(PluginJar.LIBRARIES);
        if (Files.isDirectory(libraries)) {
            try (Stream<Path> entries = Files.list(libraries)) {
                entries.filter(path -> path.toString().endsWith(".jar"))
                        .sorted()
                        .forEach(paths::add);
            }
        }
        return paths;
    }
}
