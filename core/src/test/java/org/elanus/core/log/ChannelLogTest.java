package org.elanus.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalCapabilities;
import org.junit.jupiter.api.Test;

class ChannelLogTest {

    private static final WalCapabilities CAPABILITIES = new WalCapabilities(true, true, true, 64 << 10);

    private final Seams seams = Seams.system();
    private final MemoryLog memory = new MemoryLog();
    private final MemoryStore store = new MemoryStore();
    private final List<LogRecord> applied = new ArrayList<>();

    private ChannelLog open() {
        return open(0);
    }

    private ChannelLog open(long committedSequence) {
        return ChannelLog.open(new ChannelParts(
                memory,
                CAPABILITIES,
                "c",
                "node",
                store,
                committedSequence,
                new HybridClock(seams.clock()),
                seams.clock(),
                seams.threads(),
                LogSettings.defaults(),
                applied::add));
    }

    private static DataRecord insert(long... ids) {
        float[] vectors = new float[ids.length * 2];
        List<String> words = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            vectors[2 * i] = ids[i];
            words.add(i % 2 == 0 ? "w" + ids[i] : null);
        }
        return new DataRecord(
                7,
                1,
                3,
                5,
                null,
                0,
                new ColumnBatch(
                        ids.length,
                        Map.of(
                                "id", Columns.longs(ids),
                                "vector", Columns.floatVectors(2, vectors),
                                "word", Columns.strings(DataType.VARCHAR, words))));
    }

    private List<Long> appliedIds() {
        List<Long> ids = new ArrayList<>();
        for (LogRecord record : applied) {
            Column column = record.data().rows().column("id");
            for (int row = 0; row < column.rows(); row++) {
                ids.add(((FixedColumn) column).getLong(row));
            }
        }
        return ids;
    }

    @Test
    void recordsAreAppliedInOrderBeforeTheyAreAcknowledged() {
        try (ChannelLog log = open()) {
            LogPosition first = ChannelLog.join(log.append(insert(1, 2)));
            LogPosition second = ChannelLog.join(log.append(insert(3)));
            assertThat(appliedIds()).containsExactly(1L, 2L, 3L);
            assertThat(second.sequence()).isEqualTo(first.sequence() + 1);
            assertThat(second.timestamp()).isGreaterThan(first.timestamp());
            assertThat(log.applied()).isEqualTo(second);
        }
    }

    @Test
    void replayGivesBackWhatWasAppended() {
        try (ChannelLog log = open()) {
            ChannelLog.join(log.append(insert(1, 2, 3)));
            ChannelLog.join(log.append(
                    new DataRecord(7, 0, 3, DataRecord.ALL_PARTITIONS, Columns.varchars("a", "bc"), 99, null)));
        }
        List<LogRecord> live = List.copyOf(applied);
        applied.clear();
        try (ChannelLog log = open()) {
            assertThat(applied).hasSameSizeAs(live);
            for (int i = 0; i < live.size(); i++) {
                assertThat(applied.get(i).position()).isEqualTo(live.get(i).position());
                assertThat(applied.get(i).timestamp()).isEqualTo(live.get(i).timestamp());
            }
            DataRecord rows = applied.get(0).data();
            assertThat(rows.collectionId()).isEqualTo(7);
            assertThat(rows.shard()).isEqualTo(1);
            assertThat(rows.partitionId()).isEqualTo(5);
            VariableColumn words = (VariableColumn) rows.rows().column("word");
            assertThat(words.getString(0)).isEqualTo("w1");
            assertThat(words.isNull(1)).isTrue();
            DataRecord delete = applied.get(1).data();
            assertThat(delete.rows()).isNull();
            assertThat(delete.deleteBefore()).isEqualTo(99);
            assertThat(((VariableColumn) delete.deletedKeys()).getString(1)).isEqualTo("bc");
            assertThat(log.applied().timestamp()).isGreaterThan(live.get(1).timestamp());
        }
    }

    @Test
    void batchOverTheRecordLimitIsAppliedWholeOrNotAtAll() {
        long[] ids = new long[40_000];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i;
        }
        try (ChannelLog log = open()) {
            ChannelLog.join(log.append(insert(ids)));
        }
        assertThat(memory.records).hasSizeGreaterThan(5).allMatch(record -> record.length <= 64 << 10);
        applied.clear();
        try (ChannelLog log = open()) {
            assertThat(appliedIds()).hasSize(ids.length);
        }
        // The process died before the last part: nothing of the batch counts, and the log goes on.
        memory.records.subList(memory.records.size() - 2, memory.records.size()).clear();
        applied.clear();
        try (ChannelLog log = open()) {
            assertThat(applied).isEmpty();
            ChannelLog.join(log.append(insert(7)));
        }
        applied.clear();
        try (ChannelLog log = open()) {
            assertThat(appliedIds()).containsExactly(7L);
        }
    }

    @Test
    void failedAppendIsReportedAndTheNextOneOpensTheLogAnew() {
        try (ChannelLog log = open()) {
            ChannelLog.join(log.append(insert(1)));
            memory.failFrom = memory.records.size();
            CompletableFuture<LogPosition> failing = log.append(insert(2));
            assertThatThrownBy(() -> ChannelLog.join(failing))
                    .isInstanceOfSatisfying(
                            ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.DISK_FULL));
            log.runInOrder(() -> {});
            assertThat(log.failure()).isNotNull();
            memory.failFrom = Integer.MAX_VALUE;
            ChannelLog.join(log.append(insert(3)));
            assertThat(log.failure()).isNull();
            assertThat(memory.opened).isEqualTo(2);
            assertThat(appliedIds()).containsExactly(1L, 3L);
        }
        applied.clear();
        try (ChannelLog log = open()) {
            assertThat(appliedIds()).containsExactly(1L, 3L);
        }
    }

    @Test
    void recordThatReachedTheLogThoughItsAppendFailedIsAppliedOnce() {
        try (ChannelLog log = open()) {
            memory.keepFailed = true;
            memory.failFrom = memory.records.size();
            CompletableFuture<LogPosition> failing = log.append(insert(1));
            assertThatThrownBy(() -> ChannelLog.join(failing)).isInstanceOf(ElanusException.class);
            memory.failFrom = Integer.MAX_VALUE;
            ChannelLog.join(log.append(insert(2)));
            assertThat(appliedIds()).containsExactly(1L, 2L);
        }
        applied.clear();
        try (ChannelLog log = open()) {
            assertThat(appliedIds()).containsExactly(1L, 2L);
        }
    }

    @Test
    void missingRecordIsCorruptionThatNamesIt() {
        try (ChannelLog log = open()) {
            for (long id = 0; id < 5; id++) {
                ChannelLog.join(log.append(insert(id)));
            }
        }
        memory.records.remove(3);
        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT))
                .hasMessageContaining("memory:00000003");
        assertThat(LogCheck.check(memory, CAPABILITIES, "c", "", Map.of(), 0))
                .singleElement()
                .asString()
                .contains("memory:00000003");
    }

    @Test
    void everyFlippedBitIsFound() {
        try (ChannelLog log = open()) {
            ChannelLog.join(log.append(insert(1, 2)));
        }
        byte[] record = memory.records.get(1);
        for (int bit = 0; bit < record.length * 8; bit++) {
            record[bit >>> 3] ^= (byte) (1 << (bit & 7));
            assertThat(LogCheck.check(memory, CAPABILITIES, "c", "", Map.of(), 0))
                    .as("bit %d", bit)
                    .hasSize(1);
            record[bit >>> 3] ^= (byte) (1 << (bit & 7));
        }
        assertThat(LogCheck.check(memory, CAPABILITIES, "c", "", Map.of(), 0)).isEmpty();
    }

    @Test
    void actionsRunBetweenRecords() {
        try (ChannelLog log = open()) {
            List<CompletableFuture<LogPosition>> under = new ArrayList<>();
            for (long id = 0; id < 100; id++) {
                under.add(log.append(insert(id)));
            }
            int[] seen = new int[1];
            log.runInOrder(() -> seen[0] = applied.size());
            assertThat(seen[0]).isEqualTo(100);
            assertThat(under).allMatch(CompletableFuture::isDone);
        }
    }

    @Test
    void closedLogRefuses() {
        ChannelLog log = open();
        log.close();
        log.close();
        assertThatThrownBy(() -> log.append(insert(1)))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CLOSED));
    }

    @Test
    void logThatMayForgetEverythingKeepsItsNewestRecord() {
        LogPosition last;
        try (ChannelLog log = open()) {
            ChannelLog.join(log.append(insert(1)));
            last = ChannelLog.join(log.append(insert(2)));
            log.truncate(last);
        }
        applied.clear();
        try (ChannelLog log = open(last.sequence())) {
            assertThat(appliedIds()).containsExactly(2L);
            assertThat(ChannelLog.join(log.append(insert(3))).sequence()).isGreaterThan(last.sequence());
        }
    }
}
