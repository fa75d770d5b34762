package org.elanus.spi.plugin;

import java.nio.file.Path;
import org.elanus.spi.HostImplements;
import org.elanus.spi.database.Database;
import org.elanus.spi.io.Files;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;

/**
 * What the host gives a plugin, from {@link ElanusPlugin#start} until {@link ElanusPlugin#stop} has returned. Safe for
 * use by many threads. The host owns everything reachable from here; the plugin closes only what it opened through it.
 */
@HostImplements
public interface PluginContext {

    /** The plugin's id as its descriptor gives it. */
    String pluginId();

    /**
     * The plugin's configuration, bound and checked.
     *
     * @throws IllegalArgumentException when {@code type} is not the record that was registered
     */
    <C extends Record> C configuration(Class<C> type);

    /** A directory for the plugin's own files, {@code <data>/<plugin id>}; created and durable. */
    Path dataDirectory();

    Files files();

    Clock clock();

    Threads threads();

    Randomness randomness();

    /**
     * The database, used as the service principal {@code plugin:<id>}.
     *
     * @throws org.elanus.spi.error.ElanusException NOT_READY from calls made before the engine is open
     */
    Database database();
}
