package org.elanus.core.host;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.elanus.spi.plugin.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after plugins and writes into the log when the health of one changes or calls into it fail: nobody has to ask
 * for a failure to become known. For one thread at a time.
 */
public final class PluginWatch {

    private static final Logger log = LoggerFactory.getLogger(PluginWatch.class);

    private final Supplier<List<PluginState>> plugins;
    private final Map<String, Seen> last = new HashMap<>();

    private record Seen(Health.State health, long errors) {}

    /** @param plugins as they are now */
    public PluginWatch(Supplier<List<PluginState>> plugins) {
        this.plugins = plugins;
    }

    /** Compares what is with what was the last time. */
    public void look() {
        Set<String> present = new HashSet<>();
        for (PluginState plugin : plugins.get()) {
            present.add(plugin.id());
            if (plugin.state() == PluginState.State.RUNNING) {
                compare(plugin, last.getOrDefault(plugin.id(), new Seen(Health.State.HEALTHY, 0)));
                last.put(plugin.id(), new Seen(plugin.health().state(), plugin.errors()));
            } else {
                // Why it does not run was logged when it ended.
                last.remove(plugin.id());
            }
        }
        last.keySet().retainAll(present);
    }

    private static void compare(PluginState plugin, Seen before) {
        Health now = plugin.health();
        if (now.state() != before.health) {
            switch (now.state()) {
                case HEALTHY -> log.info("Plugin {} is healthy again", plugin.id());
                case DEGRADED -> log.warn("Plugin {} is degraded: {}", plugin.id(), now.message());
                case UNHEALTHY -> log.error("Plugin {} is unhealthy: {}", plugin.id(), now.message());
            }
        }
        if (plugin.errors() > before.errors) {
            log.warn(
                    "Plugin {} failed in {} calls since the last look, in {} since it started",
                    plugin.id(),
                    plugin.errors() - before.errors,
                    plugin.errors());
        }
    }
}
