package org.elanus.core.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.elanus.core.config.Configuration;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.ElanusPlugin;

/**
 * The installed plugins as classes, each behind its own class loader, for a tool that makes and runs instances itself,
 * such as the simulator. Closing it deletes the jars that were unpacked: no class can be loaded any more. Safe for use
 * by many threads.
 */
public final class PluginClasses implements AutoCloseable {

    private final TreeMap<String, Candidate> candidates = new TreeMap<>();
    private final PluginCache cache = PluginCache.temporary();

    private PluginClasses() {}

    /** Looks at the plugins of a directory; runs none of their code. */
    public static PluginClasses of(Path directory) {
        PluginClasses found = new PluginClasses();
        new Discovery(directory, null, Configuration.RESERVED_PLUGIN_IDS)
                .find()
                .candidates()
                .forEach(candidate -> found.candidates.put(candidate.id(), candidate));
        return found;
    }

    /** What there is. */
    public Set<String> ids() {
        return Set.copyOf(candidates.keySet());
    }

    /**
     * Makes instances of one plugin, all of the same class.
     *
     * @throws ElanusException PLUGIN_FAILED when there is no such plugin, listing those there are, or when its class
     *     cannot be loaded
     */
    public Supplier<ElanusPlugin> plugin(String id) {
        Candidate candidate = candidates.get(id);
        if (candidate == null) {
            throw new ElanusException(
                    StandardErrorCode.PLUGIN_FAILED,
                    "there is no plugin '" + id + "'; there are " + candidates.keySet());
        }
        try {
            Class<? extends ElanusPlugin> type = LoadedPlugin.loader(candidate, cache)
                    .loadClass(candidate.descriptor().pluginClass())
                    .asSubclass(ElanusPlugin.class);
            return () -> instance(id, type);
        } catch (IOException | PluginRefusedException | ReflectiveOperationException | ClassCastException e) {
            throw new ElanusException(
                    StandardErrorCode.PLUGIN_FAILED, "plugin '" + id + "' cannot be loaded: " + e.getMessage(), e);
        }
    }

    private static ElanusPlugin instance(String id, Class<? extends ElanusPlugin> type) {
        try {
            return type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new ElanusException(
                    StandardErrorCode.PLUGIN_FAILED,
                    "plugin '" + id + "' needs a public constructor without parameters: " + e,
                    e);
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
