package org.elanus.spi.plugin;

import org.elanus.spi.PluginImplements;

/**
 * The entry of a plugin. The class is public, has a public constructor without parameters, and is named by
 * {@code plugin.class} in the jar's {@code plugin.properties} (and, to be found on the class path of an embedding
 * application, in {@code META-INF/services/org.elanus.spi.plugin.ElanusPlugin}).
 *
 * <p>Life cycle, each step once and in this order: construct, {@link #register}, then the host binds and checks the
 * configuration, {@link #start}, contributions become visible and are used by many threads, contributions are withdrawn
 * and drained, {@link #stop}. A restart takes a new instance in a new class loader. Every call comes on a fresh thread
 * that bears the plugin's id, has the plugin's class loader as context class loader, and is given a time limit.
 */
@PluginImplements
public interface ElanusPlugin {

    /**
     * Names what the plugin contributes and its configuration record. Pure: no I/O, no threads, no static state. Must
     * not keep {@code contributions}.
     */
    default void register(Contributions contributions) {}

    /**
     * Makes the contributions usable. Throwing means that the plugin failed: its contributions never become visible,
     * {@link #stop} is called, and the other plugins go on unless this one is required.
     */
    default void start(PluginContext context) {}

    /** The plugin's own view of its health. Cheap, never blocks; called by any thread, also while it is stopping. */
    default Health health() {
        return Health.healthy();
    }

    /**
     * Gives back everything that the plugin holds: threads, connections, files, hooks, drivers. Called once, also after
     * a failed start; nobody uses a contribution any more.
     */
    default void stop() {}
}
