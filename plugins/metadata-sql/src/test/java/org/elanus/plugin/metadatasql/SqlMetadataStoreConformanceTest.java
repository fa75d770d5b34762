package org.elanus.plugin.metadatasql;

import java.nio.file.Path;
import java.time.Duration;
import org.elanus.core.runtime.HostThreads;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.testkit.metadata.MetadataStoreConformance;
import org.junit.jupiter.api.io.TempDir;

final class SqlMetadataStoreConformanceTest extends MetadataStoreConformance {

    @TempDir
    Path directory;

    @Override
    protected MetadataStore openEmpty() {
        SqliteEngine engine =
                new SqliteEngine(SqliteEngine.PREFIX + directory.resolve("metadata.db"), Duration.ofSeconds(5));
        return SqlMetadataStore.open(engine, 3, new HostThreads(), closed -> {});
    }
}
