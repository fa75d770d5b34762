package org.elanus.core.host;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.elanus.core.config.Configuration;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** Takes running plugins out and puts new instances in their place, while the host's life cycle is locked. */
final class PluginRestart {

    private final PluginHost host;
    private final Discovery discovery;
    private final HostServices services;
    private final Configuration configuration;
    private final UnloadCheck unloadCheck;

    PluginRestart(
            PluginHost host,
            Discovery discovery,
            HostServices services,
            Configuration configuration,
            UnloadCheck unloadCheck) {
        this.host = host;
        this.discovery = discovery;
        this.services = services;
        this.configuration = configuration;
        this.unloadCheck = unloadCheck;
    }

    /** In start order. */
    List<String> withDependants(String id) {
        Set<String> affected = new LinkedHashSet<>(List.of(id));
        for (HostedPlugin plugin : host.hosted().values()) {
            if (Resolution.required(plugin.candidate).stream().anyMatch(affected::contains)) {
                affected.add(plugin.id());
            }
        }
        return List.copyOf(affected);
    }

    void restart(List<String> ids) {
        Map<String, Candidate> fresh = new LinkedHashMap<>();
        Discovery.Found found = discovery.find();
        found.duplicate().ifPresent(message -> {
            throw new ElanusException(StandardErrorCode.CONFIGURATION_INVALID, message);
        });
        found.candidates().forEach(candidate -> fresh.put(candidate.id(), candidate));
        List<HostedPlugin> stopping = ids.reversed().stream()
                .map(host.hosted()::get)
                .filter(plugin -> plugin != null && plugin.isRunning())
                .toList();
        drain(stopping);
        Map<String, WeakReference<ClassLoader>> unloaded = new LinkedHashMap<>();
        for (HostedPlugin plugin : stopping) {
            plugin.stop(List.of());
            plugin.unload().ifPresent(loader -> unloaded.put(plugin.id(), loader));
        }
        host.report(unloadCheck.verify(unloaded, services.limits().unloadLimit()));
        Resolution resolution = Resolution.of(found.candidates());
        Map<String, HostedPlugin> next = new LinkedHashMap<>(host.hosted());
        List<String> failures = new ArrayList<>();
        for (String id : ids) {
            Candidate candidate = fresh.get(id);
            if (candidate == null) {
                Objects.requireNonNull(next.get(id)).fail("it is no longer installed");
                failures.add("'" + id + "' is no longer installed" + unusable(found));
                continue;
            }
            HostedPlugin plugin = new HostedPlugin(candidate, services);
            next.put(id, plugin);
            host.replace(next);
            renew(plugin, resolution.refused().get(id));
            plugin.failure().ifPresent(reason -> failures.add("'" + id + "': " + reason));
        }
        if (!failures.isEmpty()) {
            throw new ElanusException(
                    StandardErrorCode.PLUGIN_FAILED, "restarted plugins do not run: " + String.join("; ", failures));
        }
    }

    private static String unusable(Discovery.Found found) {
        List<String> reasons = new ArrayList<>();
        found.refused().forEach((source, reason) -> reasons.add(source.describe() + ": " + reason));
        return reasons.isEmpty() ? "" : " (not usable: " + String.join("; ", reasons) + ")";
    }

    /** All or none: what was withdrawn becomes visible again when something else is in use. */
    private void drain(List<HostedPlugin> stopping) {
        List<HostedPlugin> withdrawn = new ArrayList<>();
        for (HostedPlugin plugin : stopping) {
            plugin.beginStop();
            withdrawn.add(plugin);
            host.closeEndpoints(plugin, services.limits().drainLimit());
            List<String> busy = plugin.withdraw(services.limits().drainLimit());
            if (!busy.isEmpty()) {
                List<String> lost = new ArrayList<>();
                for (HostedPlugin visible : withdrawn.reversed()) {
                    try {
                        visible.publish();
                        visible.resume();
                        host.openEndpoints(visible).ifPresent(failure -> lost.add(failure.getMessage()));
                    } catch (PluginRefusedException e) {
                        visible.fail(String.valueOf(e.getMessage()));
                        lost.add(visible.id() + ": " + e.getMessage());
                    }
                }
                throw new ElanusException(
                        StandardErrorCode.ALREADY_IN_USE,
                        "plugin '%s' cannot be restarted while it is used: %s%s"
                                .formatted(plugin.id(), String.join(", ", busy), lost.isEmpty() ? "" : "; " + lost));
            }
        }
    }

    private void renew(HostedPlugin plugin, @Nullable String refusal) {
        if (refusal != null) {
            plugin.fail(refusal);
            return;
        }
        plugin.register();
        plugin.bind(configuration);
        List<String> problems = configuration.problems();
        if (!plugin.hasFailed() && !problems.isEmpty()) {
            plugin.fail("its configuration is invalid: " + String.join("; ", problems));
        }
        if (plugin.hasFailed()) {
            configuration.skipPlugin(plugin.id());
            host.retire(plugin);
            return;
        }
        host.startOne(plugin);
        if (plugin.isRunning()) {
            host.openEndpoints(plugin).ifPresent(failure -> {
                List<String> busy = plugin.withdraw(services.limits().drainLimit());
                plugin.stop(busy);
                plugin.fail(String.valueOf(failure.getMessage()));
                host.retire(plugin);
            });
        }
    }
}
