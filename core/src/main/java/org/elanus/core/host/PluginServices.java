package org.elanus.core.host;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.elanus.spi.database.Database;
import org.elanus.spi.io.Files;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;

/** What one plugin is given at its start. */
record PluginServices(
        String pluginId,
        @Nullable Record configuration,
        Path dataDirectory,
        Files files,
        Clock clock,
        Threads threads,
        Randomness randomness,
        Supplier<Database> engine)
        implements PluginContext {

    @Override
    public <C extends Record> C configuration(Class<C> type) {
        if (!type.isInstance(configuration)) {
            throw new IllegalArgumentException("plugin '%s' has registered %s, not %s"
                    .formatted(
                            pluginId,
                            configuration == null
                                    ? "no configuration"
                                    : configuration.getClass().getName(),
                            type.getName()));
        }
        return type.cast(configuration);
    }

    @Override
    public Database database() {
        return PluginDatabase.of(engine.get(), pluginId);
    }
}
