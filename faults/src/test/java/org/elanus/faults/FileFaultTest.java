package org.elanus.faults;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners that freeze, on a log that lets everybody write. */
class FileFaultTest {

    @TempDir
    Path directory;

    @Test
    void deposedOwnersDoNoHarm() throws Exception {
        ZombieSchedules.run("file", directory, Map.of(), ZombieSchedules.COUNT, ZombieSchedules.SEED);
    }
}
