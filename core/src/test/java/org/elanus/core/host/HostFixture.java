package org.elanus.core.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.event.Event;
import org.elanus.spi.event.EventListener;

/** A plugin host over a directory of plugins that tests fill. Plugins tell what happens to them through {@link #log}. */
final class HostFixture implements AutoCloseable {

    static final String LOG_KEY = "elanus.host.test";

    final Path plugins;
    final Path data;
    final Queue<String> log = new ConcurrentLinkedQueue<>();
    final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<PluginHost> hosts = new ArrayList<>();

    HostFixture(Path directory) {
        plugins = directory.resolve("plugins");
        data = directory.resolve("data");
        plugins.toFile().mkdirs();
        System.getProperties().put(LOG_KEY, log);
        set("data.directory", data.toString());
        set("host.drain-limit", "100ms");
        set("host.grace", "200ms");
        set("host.unload-limit", "10s");
    }

    HostFixture set(String key, String value) {
        settings.put(key, value);
        return this;
    }

    PluginHost.Builder builder() {
        Seams seams = Seams.system();
        Configuration.Builder configuration = Configuration.builder(seams.files());
        settings.forEach(configuration::set);
        EventBus bus = new EventBus();
        EventListener record = events::add;
        bus.subscribe("test", record, seams.threads());
        return PluginHost.builder()
                .configuration(configuration.build())
                .seams(seams.files(), seams.clock(), seams.threads(), seams.randomness())
                .events(bus)
                .directory(plugins);
    }

    PluginHost host() {
        return keep(builder().build());
    }

    PluginHost keep(PluginHost host) {
        hosts.add(host);
        return host;
    }

    PluginHost started() {
        PluginHost host = host();
        host.start();
        return host;
    }

    PluginBuilder plugin(String id, String members) {
        return PluginBuilder.plugin(id, members);
    }

    Path install(PluginBuilder plugin, String fileName) {
        return plugin.jar(plugins.resolve(fileName));
    }

    /** Installs a plugin that only tells of its life cycle. */
    Path installTeller(String id, String... properties) {
        PluginBuilder plugin = plugin(id, teller(id));
        for (int i = 0; i < properties.length; i += 2) {
            plugin.property(properties[i], properties[i + 1]);
        }
        return install(plugin, id + ".jar");
    }

    static String teller(String id) {
        return """
               public void register(Contributions c) { log("%1$s register"); }
               public void start(PluginContext c) { log("%1$s start"); }
               public void stop() { log("%1$s stop"); }
               """.formatted(id);
    }

    static PluginState state(PluginHost host, String id) {
        return host.plugins().stream()
                .filter(state -> state.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no plugin " + id + " in " + host.plugins()));
    }

    @Override
    public void close() {
        hosts.reversed().forEach(PluginHost::close);
        System.getProperties().remove(LOG_KEY);
    }
}
