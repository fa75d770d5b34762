package org.elanus.testkit.wal.example;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.elanus.spi.wal.WalOpenerBuilder;
import org.elanus.testkit.StartedPlugin;
import org.elanus.testkit.wal.WalConformance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/** Certifies the log of docs/wal.md. */
class FilesWalTest extends WalConformance {

    @TempDir
    private Path directory;

    private @Nullable StartedPlugin plugin;

    @Override
    protected WalOpenerBuilder freshLog() throws Exception {
        plugin = StartedPlugin.start(new FilesWalPlugin(), directory, Map.of());
        return Objects.requireNonNull(plugin).log();
    }

    @Override
    protected void endLog() throws Exception {
        Objects.requireNonNull(plugin).close();
    }

    /** Each record is forced to disk by itself. */
    @Override
    protected int volume() {
        return 200;
    }

    @Override
    protected boolean tearTail(String channel) throws Exception {
        Files.write(directory.resolve("wal-files").resolve(channel).resolve("unfinished"), new byte[] {1, 2, 3});
        return true;
    }
}
