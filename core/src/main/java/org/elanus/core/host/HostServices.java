package org.elanus.core.host;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.elanus.core.config.HostConfig;
import org.elanus.core.metrics.Meter;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.Database;
import org.elanus.spi.io.Files;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;

/** What the host's parts share. */
record HostServices(
        Files files,
        Clock clock,
        Threads threads,
        Randomness randomness,
        LifeCycleCalls calls,
        PluginCache cache,
        Registry registry,
        EventBus events,
        Meter meter,
        Supplier<Database> engine,
        HostConfig limits,
        Path dataDirectory) {

    HostServices with(PluginCache other) {
        return new HostServices(
                files,
                clock,
                threads,
                randomness,
                calls,
                other,
                registry,
                events,
                meter,
                engine,
                limits,
                dataDirectory);
    }
}
