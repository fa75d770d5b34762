package org.elanus.testkit.simulation;

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

    private final Builder settings;

    private Simulation(Builder settings) {
        this.settings = settings;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Runs to the end on the calling thread. */
    public Outcome run() {
        throw new UnsupportedOperationException("seed " + settings.seed);
    }

    /** What a simulation is made of. Decorators are applied anew to every process of the server. For one thread. */
    public static final class Builder {
        private long seed;
        private @Nullable Scenario scenario;
        private FaultPlan faults = FaultPlan.LOSSLESS;
        private UnaryOperator<Files> files = UnaryOperator.identity();
        private UnaryOperator<WalOpener> log = UnaryOperator.identity();
        private UnaryOperator<ObjectStore> objects = UnaryOperator.identity();
        private UnaryOperator<MetadataStore> metadata = UnaryOperator.identity();
        private UnaryOperator<Database> database = UnaryOperator.identity();
        private @Nullable Supplier<ElanusPlugin> logPlugin;
        private @Nullable Supplier<ElanusPlugin> storagePlugin;

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

        /** @throws IllegalStateException when there is no scenario */
        public Simulation build() {
            if (scenario == null) {
                throw new IllegalStateException("a simulation needs a scenario");
            }
            return new Simulation(this);
        }
    }
}
