package org.elanus.launcher;

import java.util.List;
import org.elanus.core.config.Configuration;
import org.elanus.core.host.PluginHost;
import org.elanus.core.host.PluginState;
import org.elanus.core.runtime.Seams;

/** The plugins of a directory, looked at without starting them. */
final class InstalledPlugins {

    private InstalledPlugins() {}

    static List<PluginState> inspect(Configuration configuration, Seams seams) {
        try (PluginHost host = host(configuration, seams)) {
            return host.installed();
        }
    }

    /** A host that is not started. */
    static PluginHost host(Configuration configuration, Seams seams) {
        return PluginHost.builder()
                .configuration(configuration)
                .seams(seams.files(), seams.clock(), seams.threads(), seams.randomness())
                .directory(configuration.core().plugins().directory())
                .build();
    }
}
