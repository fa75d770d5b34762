package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.elanus.spi.database.SegmentInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that holds more than fits into memory is replayed all the same. */
class LongReplayTest {

    @TempDir
    private Path temporary;

    @Test
    void replayFlushesWhenMemoryIsShort() {
        Map<Long, Long> model = new TreeMap<>();
        try (TestDatabase data = new TestDatabase(temporary).open()) {
            data.create("c", 2, Map.of());
            long version = 0;
            for (int batch = 0; batch < 400; batch++) {
                version++;
                long[] ids = new long[100];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = (batch * 53L + i * 7L) % 15_000;
                    model.put(ids[i], version);
                }
                data.upsert("c", version, ids);
                if (batch % 10 == 0) {
                    data.delete("c", "id == " + ids[0]);
                    model.remove(ids[0]);
                }
            }
            data.database().release(TestDatabase.CALL, "c", java.util.List.of());
            long whole = data.accountant().inUse();
            data.memory = whole / 2;
            data.restart();
            assertThat(data.database().segments(TestDatabase.CALL, "c")).anyMatch(SegmentInfo::sealed);
            assertThat(data.accountant().inUse()).isLessThan(whole / 2);
            data.memory = 1L << 30;
            data.restart();
            data.database().load(TestDatabase.CALL, "c", java.util.List.of());
            assertThat(data.rows("c")).isEqualTo(model);
            assertThat(data.check()).isEmpty();
        }
    }
}
