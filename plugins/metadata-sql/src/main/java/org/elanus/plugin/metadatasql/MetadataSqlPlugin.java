package org.elanus.plugin.metadatasql;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataStoreFactory;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.plugin.PluginContext;
import org.jspecify.annotations.Nullable;

/** Contributes the metadata store {@code sql}. */
public final class MetadataSqlPlugin implements ElanusPlugin {

    private static final String FILE_NAME = "metadata.db";

    private final Set<SqlMetadataStore> opened = ConcurrentHashMap.newKeySet();
    private volatile @Nullable PluginContext context;

    @Override
    public void register(Contributions contributions) {
        contributions.configuration(MetadataSqlConfig.class);
        contributions.metadataStore(new Factory());
    }

    @Override
    public void start(PluginContext pluginContext) {
        context = pluginContext;
    }

    @Override
    public Health health() {
        for (SqlMetadataStore store : opened) {
            String failure = store.failure();
            if (!failure.isEmpty()) {
                return Health.degraded(failure);
            }
        }
        return Health.healthy();
    }

    @Override
    public void stop() {
        opened.forEach(SqlMetadataStore::close);
    }

    private MetadataStore open() {
        PluginContext started = Objects.requireNonNull(context, "the plugin is not started");
        MetadataSqlConfig configuration = started.configuration(MetadataSqlConfig.class);
        String url = configuration
                .url()
                .orElseGet(() -> SqliteEngine.PREFIX + started.dataDirectory().resolve(FILE_NAME));
        if (!url.startsWith(SqliteEngine.PREFIX)) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "the url of metadata-sql begins with no known database; known is " + SqliteEngine.PREFIX);
        }
        SqliteEngine engine = new SqliteEngine(url, configuration.busyTimeout());
        try {
            started.files().createDirectories(engine.directory());
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.IO_FAILURE,
                    "the directory " + engine.directory() + " of the metadata cannot be created: " + e.getMessage(),
                    e);
        }
        SqlMetadataStore store =
                SqlMetadataStore.open(engine, configuration.readers(), started.threads(), opened::remove);
        opened.add(store);
        return store;
    }

    private final class Factory implements MetadataStoreFactory {
        @Override
        public String name() {
            return "sql";
        }

        @Override
        public MetadataStore open() {
            return MetadataSqlPlugin.this.open();
        }
    }
}
