package org.elanus.core.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import java.lang.management.ManagementFactory;
import org.elanus.core.config.Configuration;
import org.elanus.core.config.CoreConfig;
import org.elanus.core.config.LogConfig;
import org.elanus.core.config.SegmentConfig;
import org.elanus.core.engine.EngineSettings;
import org.elanus.core.host.EventBus;
import org.elanus.core.host.PluginHost;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.log.LogSettings;
import org.elanus.core.metrics.Meter;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.config.DataSize;

/**
 * The parts of a server that live as long as it does. What opens files or ports is made when {@link ElanusServer} asks for
 * it, in its order, and closed by it.
 */
final class ServerModule extends AbstractModule {

    private final Configuration configuration;
    private final Seams seams;
    private final PluginSources sources;

    ServerModule(Configuration configuration, Seams seams, PluginSources sources) {
        this.configuration = configuration;
        this.seams = seams;
        this.sources = sources;
    }

    @Override
    protected void configure() {
        // Nothing is made that this page does not name.
        binder().requireExplicitBindings();
        bind(Configuration.class).toInstance(configuration);
        bind(CoreConfig.class).toInstance(configuration.core());
        bind(Seams.class).toInstance(seams);
        bind(PluginSources.class).toInstance(sources);
    }

    @Provides
    @Singleton
    Registry registry() {
        return new Registry();
    }

    @Provides
    @Singleton
    EventBus events() {
        return new EventBus();
    }

    @Provides
    @Singleton
    Meter meter(CoreConfig core) {
        return new Meter(core.metrics().maxCollections());
    }

    @Provides
    @Singleton
    IndexTypes indexTypes(Registry registry, CoreConfig core) {
        return new IndexTypes(registry, core.segment().indexThreshold());
    }

    @Provides
    @Singleton
    MemoryAccountant memory(CoreConfig core) {
        return new MemoryAccountant(core.memory().budget().map(DataSize::bytes).orElseGet(ServerModule::halfOfMemory));
    }

    @Provides
    @Singleton
    EngineSettings engineSettings(CoreConfig core) {
        SegmentConfig segment = core.segment();
        EngineSettings defaults = EngineSettings.defaults();
        return new EngineSettings(
                segment.sealSize().bytes(),
                segment.idle().toMillis(),
                defaults.laggardMillis(),
                defaults.laggardBytes(),
                defaults.physicalChannels(),
                defaults.buildThreads(),
                defaults.graceMillis());
    }

    @Provides
    @Singleton
    LogSettings logSettings(CoreConfig core) {
        LogConfig log = core.log();
        LogSettings defaults = LogSettings.defaults();
        return new LogSettings(
                log.startLimit(),
                defaults.firstPause(),
                log.longestPause(),
                log.silenceLimit(),
                defaults.closeLimit(),
                log.maxInFlight().bytes(),
                log.cacheSize().bytes());
    }

    @Provides
    @Singleton
    PluginHost pluginHost(
            Configuration settings,
            Seams machine,
            PluginSources places,
            Registry registry,
            EventBus events,
            Meter meter) {
        PluginHost.Builder builder = PluginHost.builder()
                .configuration(settings)
                .seams(machine.files(), machine.clock(), machine.threads(), machine.randomness())
                .registry(registry)
                .events(events)
                .meter(meter);
        places.directory().ifPresent(builder::directory);
        places.classPath().ifPresent(builder::classPath);
        return builder.build();
    }

    /** Of the container when there is one; the JDK knows its limit. */
    private static long halfOfMemory() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getTotalMemorySize() / 2;
    }
}
