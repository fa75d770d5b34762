package org.elanus.core.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.elanus.core.config.Configuration;
import org.elanus.core.config.ConfigurationReference;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.runtime.Clock;

/** Looks at installed plugins without starting them. */
final class PluginInspection {

    private final Discovery discovery;
    private final HostServices services;

    PluginInspection(Discovery discovery, HostServices services) {
        this.discovery = discovery;
        this.services = services;
    }

    /** By descriptors alone. */
    List<PluginState> installed() {
        Discovery.Found found = discovery.find();
        Resolution resolution = Resolution.of(found.candidates());
        List<PluginState> states = new ArrayList<>();
        for (Candidate candidate : found.candidates()) {
            Optional<String> reason = Optional.ofNullable(resolution.refused().get(candidate.id()));
            states.add(new PluginState(
                    candidate.id(),
                    candidate.descriptor().version(),
                    reason.isEmpty() ? PluginState.State.INSTALLED : PluginState.State.FAILED,
                    reason.map(Health::unhealthy).orElseGet(Health::healthy),
                    candidate.source().describe(),
                    List.of(),
                    services.clock().millis(),
                    reason,
                    0,
                    0));
        }
        found.refused().forEach((source, reason) -> states.add(refused(source, reason, services.clock())));
        return states;
    }

    /** What is known of something whose descriptor cannot be used. */
    static PluginState refused(PluginSource source, String reason, Clock clock) {
        return new PluginState(
                source.name(),
                "",
                PluginState.State.FAILED,
                Health.unhealthy(reason),
                source.describe(),
                List.of(),
                clock.millis(),
                Optional.of(reason),
                0,
                0);
    }

    String configurationReference() {
        return withRegistered((registered, unreadable) -> {
            Map<String, Class<? extends Record>> records = new TreeMap<>();
            for (HostedPlugin plugin : registered) {
                plugin.configurationType().ifPresent(type -> records.put(plugin.id(), type));
            }
            return ConfigurationReference.render(records);
        });
    }

    List<String> effectiveConfiguration(Configuration configuration) {
        return withRegistered((registered, unreadable) -> {
            bind(configuration, registered, unreadable);
            return configuration.effective();
        });
    }

    /**
     * Binds what plugins registered and refuses a configuration that is wrong in any place.
     *
     * @param unreadable whether there are plugins whose ids are not known
     */
    static void bind(Configuration configuration, Collection<HostedPlugin> registered, boolean unreadable) {
        configuration.declarePlugins(registered.stream().map(HostedPlugin::id).toList(), unreadable);
        registered.forEach(plugin -> plugin.bind(configuration));
        configuration.check();
    }

    private <T> T withRegistered(BiFunction<List<HostedPlugin>, Boolean, T> use) {
        Discovery.Found found = discovery.find();
        Map<String, Candidate> candidates = new TreeMap<>();
        found.candidates().forEach(candidate -> candidates.put(candidate.id(), candidate));
        try (PluginCache temporary = PluginCache.temporary()) {
            HostServices inspecting = services.with(temporary);
            List<HostedPlugin> registered = candidates.values().stream()
                    .map(candidate -> new HostedPlugin(candidate, inspecting))
                    .toList();
            try {
                registered.forEach(HostedPlugin::register);
                return use.apply(registered, !found.refused().isEmpty());
            } finally {
                registered.forEach(HostedPlugin::unload);
            }
        }
    }
}
