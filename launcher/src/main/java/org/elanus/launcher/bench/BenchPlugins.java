package org.elanus.launcher.bench;

import java.nio.file.Path;
import org.elanus.core.config.Configuration;
import org.elanus.core.host.PluginHost;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.jspecify.annotations.Nullable;

/** The installed plugins, run on a temporary data directory for the sake of the index types they contribute. */
final class BenchPlugins implements AutoCloseable {

    private final Registry registry;
    private final @Nullable PluginHost host;

    private BenchPlugins(Registry registry, @Nullable PluginHost host) {
        this.registry = registry;
        this.host = host;
    }

    /** Runs the plugins of the distribution, or without one those of the class path; none for a built-in type. */
    static BenchPlugins start(Seams seams, BenchDirectory directory, String type) {
        if (type.equalsIgnoreCase("FLAT")) {
            return new BenchPlugins(new Registry(), null);
        }
        String home = System.getProperty("elanus.home");
        Configuration.Builder configuration = Configuration.builder(seams.files())
                .set("data.directory", directory.path().resolve("data").toString());
        PluginHost.Builder builder =
                PluginHost.builder().seams(seams.files(), seams.clock(), seams.threads(), seams.randomness());
        if (home == null) {
            builder.classPath(BenchPlugins.class.getClassLoader());
        } else {
            Path plugins = Path.of(home, "plugins");
            configuration.set("plugins.directory", plugins.toString());
            builder.directory(plugins);
        }
        PluginHost host = builder.configuration(configuration.build()).build();
        host.start();
        return new BenchPlugins(host.registry(), host);
    }

    Registry registry() {
        return registry;
    }

    @Override
    public void close() {
        if (host != null) {
            host.close();
        }
    }
}
