package org.elanus.testkit.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.elanus.spi.database.Database;
import org.elanus.spi.io.Files;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.wal.WalOpener;
import org.jspecify.annotations.Nullable;

/** One run of a server under one seed. */
public final class Simulation {

    /** Small files, so that every run begins new ones and frees old ones. */
    private static final Map<String, String> SMALL = Map.of(
            "plugins.wal-local.segment-size", "4KiB",
            "plugins.wal-local.max-record-size", "64KiB",
            "plugins.wal-local.max-batch-size", "64KiB");

    private final Builder settings;

    private Simulation(Builder settings) {
        this.settings = settings;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs to the end on the calling thread. Once: the scenario is used up then.
     *
     * @throws IllegalStateException when this JVM was started without {@code --add-opens=java.base/java.lang=ALL-UNNAMED},
     *     or when a logging library is there that is not turned off for {@code org.elanus}
     */
    public Outcome run() {
        SeededScheduler.requireSupport();
        SeededScheduler.requireSilence();
        return new World(settings, Objects.requireNonNull(settings.scenario)).run();
    }

    /** What a simulation is made of. Decorators are applied anew to every process of the server. For one thread. */
    public static final class Builder {
        long seed;

        @Nullable
        Scenario scenario;

        FaultPlan faults = FaultPlan.LOSSLESS;
        UnaryOperator<Files> files = UnaryOperator.identity();
        UnaryOperator<WalOpener> log = UnaryOperator.identity();
        UnaryOperator<ObjectStore> objects = UnaryOperator.identity();
        UnaryOperator<MetadataStore> metadata = UnaryOperator.identity();
        UnaryOperator<Database> database = UnaryOperator.identity();

        @Nullable
        Supplier<ElanusPlugin> logPlugin;

        @Nullable
        Supplier<ElanusPlugin> storagePlugin;

        final Map<String, String> pluginSettings = new HashMap<>(SMALL);
        final Map<Class<? extends Record>, Record> boundSettings = new HashMap<>();
        Consumer<String> journal = line -> {};
        boolean countsPassages;

        private Builder() {}

        /** Everything that happens follows from it. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder scenario(Scenario value) {
            scenario = value;
            return this;
        }

        public Builder faults(FaultPlan value) {
            faults = value;
            return this;
        }

        /** Stands between the plugins and the disk. */
        public Builder decorateFiles(UnaryOperator<Files> decorator) {
            files = decorator;
            return this;
        }

        /** Stands between the engine and the log. */
        public Builder decorateLog(UnaryOperator<WalOpener> decorator) {
            log = decorator;
            return this;
        }

        /** Stands between the engine and the object store. */
        public Builder decorateObjects(UnaryOperator<ObjectStore> decorator) {
            objects = decorator;
            return this;
        }

        /** Stands between the engine and the metadata store. */
        public Builder decorateMetadata(UnaryOperator<MetadataStore> decorator) {
            metadata = decorator;
            return this;
        }

        /** Stands between the scenario and the engine. */
        public Builder decorateDatabase(UnaryOperator<Database> decorator) {
            database = decorator;
            return this;
        }

        /** The plugin whose log is used, a new one for every start; without one, an in-memory log. */
        public Builder logPlugin(Supplier<ElanusPlugin> plugin) {
            logPlugin = plugin;
            return this;
        }

        /** The plugin whose object store is used, a new one for every start; without one, an in-memory store. */
        public Builder storagePlugin(Supplier<ElanusPlugin> plugin) {
            storagePlugin = plugin;
            return this;
        }

        /**
         * Sets a key of a plugin's configuration, such as {@code plugins.wal-local.segment-size}. The plugin's id is
         * {@code wal-} or {@code storage-} and the name of what it contributes.
         */
        public Builder pluginSetting(String key, String value) {
            pluginSettings.put(key, value);
            return this;
        }

        /** Told, line by line, what happens to the server: starts, crashes, faults. */
        public Builder journal(Consumer<String> consumer) {
            journal = consumer;
            return this;
        }

        /** @throws IllegalStateException when there is no scenario */
        public Simulation build() {
            if (scenario == null) {
                throw new IllegalStateException("a simulation needs a scenario");
            }
            return new Simulation(this);
        }
    }
}
