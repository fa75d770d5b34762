package org.elanus.testkit;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.api.ApiEndpoint;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.database.Database;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.EventListener;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.io.Files;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.metadata.MetadataStoreFactory;
import org.elanus.spi.metrics.MetricsReporter;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.storage.ObjectStoreFactory;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.jspecify.annotations.Nullable;

/** A plugin that runs without a host, on given files, clock and threads: a test's own or those of a simulated process. */
public final class StartedPlugin implements PluginContext, AutoCloseable {

    private final ElanusPlugin plugin;
    private final Seams seams;
    private @Nullable Class<? extends Record> configurationType;
    private @Nullable Record configuration;
    private @Nullable WalOpenerBuilder wal;
    private @Nullable ObjectStoreFactory objects;
    private @Nullable Authenticator authenticator;
    private @Nullable Authorizer authorizer;
    private String id = "plugin";
    private Path directory = Path.of("/");

    private StartedPlugin(ElanusPlugin plugin, Seams seams) {
        this.plugin = plugin;
        this.seams = seams;
    }

    /**
     * Registers and starts a plugin on the real machine, as below.
     *
     * @param data its data directory is made in here
     */
    public static StartedPlugin start(ElanusPlugin plugin, Path data, Map<String, String> settings)
            throws java.io.IOException {
        return start(plugin, Seams.system(), data, settings, new HashMap<>());
    }

    /**
     * Registers and starts a plugin. Its id is {@code wal-}, {@code storage-} or {@code auth-} and the name of what it contributes.
     *
     * @param settings of all plugins, by key, such as {@code plugins.wal-local.segment-size}
     * @param bound records that were bound to these settings before, by type
     */
    public static StartedPlugin start(
            ElanusPlugin plugin,
            Seams seams,
            Path root,
            Map<String, String> settings,
            Map<Class<? extends Record>, Record> bound)
            throws java.io.IOException {
        StartedPlugin started = new StartedPlugin(plugin, seams);
        plugin.register(started.new Offered());
        if (started.wal != null) {
            started.id = "wal-" + started.wal.name();
        } else if (started.objects != null) {
            started.id = "storage-" + started.objects.name();
        } else if (started.authenticator != null) {
            started.id = "auth-" + started.authenticator.name();
        } else if (started.authorizer != null) {
            started.id = "auth-" + started.authorizer.name();
        }
        started.configure(settings, bound);
        started.directory = root.resolve(started.id);
        seams.files().createDirectories(started.directory);
        plugin.start(started);
        return started;
    }

    private void configure(Map<String, String> settings, Map<Class<? extends Record>, Record> bound) {
        Class<? extends Record> type = configurationType;
        if (type == null) {
            return;
        }
        Record known = bound.get(type);
        if (known != null) {
            configuration = known;
            return;
        }
        Configuration.Builder builder = Configuration.builder(seams.files());
        String prefix = "plugins." + id + ".";
        settings.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                builder.set(key, value);
            }
        });
        Configuration sources = builder.build();
        Record made = sources.plugin(id, type).orElse(null);
        sources.check();
        if (made != null) {
            bound.put(type, made);
        }
        configuration = made;
    }

    /** The log that it contributes. */
    public WalOpenerBuilder log() {
        if (wal == null) {
            throw new IllegalArgumentException(plugin.getClass().getName() + " contributes no log");
        }
        return wal;
    }

    /** The object store that it contributes. */
    public ObjectStoreFactory objects() {
        if (objects == null) {
            throw new IllegalArgumentException(plugin.getClass().getName() + " contributes no object store");
        }
        return objects;
    }

    /** The authenticator that it contributes. */
    public Authenticator authenticator() {
        if (authenticator == null) {
            throw new IllegalArgumentException(plugin.getClass().getName() + " contributes no authenticator");
        }
        return authenticator;
    }

    /** The authoriser that it contributes. */
    public Authorizer authorizer() {
        if (authorizer == null) {
            throw new IllegalArgumentException(plugin.getClass().getName() + " contributes no authoriser");
        }
        return authorizer;
    }

    /** Stops it. */
    @Override
    public void close() {
        plugin.stop();
    }

    @Override
    public String pluginId() {
        return id;
    }

    @Override
    public <C extends Record> C configuration(Class<C> type) {
        if (!type.isInstance(configuration)) {
            throw new IllegalArgumentException("plugin '" + id + "' has not registered " + type.getName());
        }
        return type.cast(configuration);
    }

    @Override
    public Path dataDirectory() {
        return directory;
    }

    @Override
    public Files files() {
        return seams.files();
    }

    @Override
    public Clock clock() {
        return seams.clock();
    }

    @Override
    public Threads threads() {
        return seams.threads();
    }

    @Override
    public Randomness randomness() {
        return seams.randomness();
    }

    @Override
    public Database database() {
        throw new ElanusException(StandardErrorCode.NOT_READY, "a simulated log or store gets no database");
    }

    private final class Offered implements Contributions {
        @Override
        public void configuration(Class<? extends Record> type) {
            configurationType = type;
        }

        @Override
        public void wal(WalOpenerBuilder builder) {
            wal = builder;
        }

        @Override
        public void objectStore(ObjectStoreFactory factory) {
            objects = factory;
        }

        @Override
        public void vectorIndex(VectorIndexType type) {}

        @Override
        public void metadataStore(MetadataStoreFactory factory) {}

        @Override
        public void authenticator(Authenticator offered) {
            authenticator = offered;
        }

        @Override
        public void authorizer(Authorizer offered) {
            authorizer = offered;
        }

        @Override
        public void endpoint(ApiEndpoint endpoint) {}

        @Override
        public void eventListener(EventListener listener) {}

        @Override
        public void metrics(MetricsReporter reporter) {}

        @Override
        public void route(ManagementRoute route) {}
    }
}
