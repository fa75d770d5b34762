package org.elanus.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Followers of an exclusive log and of one that others may write. */
class LogFollowerTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Seams seams = Seams.system();
    private final MemoryLog alone = new MemoryLog();
    private final ContestedLog contested = new ContestedLog();
    private final MemoryStore store = new MemoryStore();
    private final MemoryAccountant memory = new MemoryAccountant(1 << 20);
    private final List<ChannelLog> logs = new ArrayList<>();

    private ChannelLog open(boolean shared, long cacheBytes) {
        LogSettings usual = LogSettings.defaults();
        WalOpener opener = shared ? contested.connect() : alone;
        ChannelLog log = ChannelLog.open(new ChannelParts(
                opener,
                shared ? ContestedLog.CAPABILITIES : new WalCapabilities(true, true, true, 64 << 10),
                "c",
                "node",
                store,
                0,
                new HybridClock(seams.clock()),
                seams.clock(),
                seams.threads(),
                new LogSettings(
                        usual.startLimit(),
                        usual.firstPause(),
                        usual.longestPause(),
                        usual.silenceLimit(),
                        usual.closeLimit(),
                        usual.inFlightBytes(),
                        cacheBytes),
                memory,
                record -> {}));
        logs.add(log);
        return log;
    }

    @AfterEach
    void close() {
        logs.forEach(ChannelLog::close);
        assertThat(memory.inUse()).isZero();
    }

    private static LogPosition write(ChannelLog log, long... ids) {
        return ChannelLog.join(log.append(
                new DataRecord(7, 0, 1, 5, null, 0, new ColumnBatch(ids.length, Map.of("id", Columns.longs(ids))))));
    }

    private static long next(LogFollower follower) {
        LogRecord record = follower.poll(LONG);
        assertThat(record).isNotNull();
        return ((FixedColumn) record.data().rows().column("id")).getLong(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void followerCatchesUpFromTheLogAndGoesOnFromTheCache(boolean shared) {
        ChannelLog log = open(shared, 1 << 20);
        for (long id = 0; id < 5; id++) {
            write(log, id);
        }
        try (LogFollower follower = log.follow("f", log.beginning())) {
            for (long id = 0; id < 5; id++) {
                assertThat(next(follower)).isEqualTo(id);
            }
            assertThat(follower.fromLog()).isEqualTo(5);
            assertThat(follower.poll(SHORT)).isNull();
            for (long id = 5; id < 50; id++) {
                LogPosition position = write(log, id);
                LogRecord record = follower.poll(LONG);
                assertThat(record.at()).isEqualTo(position);
                assertThat(((FixedColumn) record.data().rows().column("id")).getLong(0))
                        .isEqualTo(id);
            }
            assertThat(follower.fromCache()).isEqualTo(45);
            assertThat(memory.byPurpose().get(WriteAheadCache.PURPOSE)).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void followerThatFallsBehindTheCacheReadsTheLogAndMissesNothing(boolean shared) {
        ChannelLog log = open(shared, 4 << 10);
        try (LogFollower follower = log.follow("f", log.applied())) {
            long written = 0;
            long read = 0;
            for (int round = 0; round < 4; round++) {
                for (int i = 0; i < 100; i++) {
                    write(log, written++);
                }
                while (read < written) {
                    assertThat(next(follower)).isEqualTo(read++);
                }
            }
            assertThat(follower.poll(SHORT)).isNull();
            assertThat(follower.fromLog()).isPositive();
            assertThat(follower.fromCache()).isPositive();
            assertThat(memory.inUse()).isLessThanOrEqualTo(4 << 10);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withoutMemoryForTheCacheTheLogIsRead(boolean shared) {
        ChannelLog log = open(shared, 1 << 20);
        try (MemoryAccountant.Reservation everything = memory.reserve("others", 1 << 20);
                LogFollower follower = log.follow("f", log.applied())) {
            for (long id = 0; id < 10; id++) {
                write(log, id);
                assertThat(next(follower)).isEqualTo(id);
            }
            assertThat(follower.fromCache()).isZero();
            assertThat(everything.bytes()).isEqualTo(1 << 20);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void logIsNotTruncatedPastAHold(boolean shared) {
        ChannelLog log = open(shared, 1 << 20);
        write(log, 1);
        LogPosition second = write(log, 2);
        write(log, 3);
        LogPosition fourth = write(log, 4);
        write(log, 5);
        LogHold hold = log.hold("backup", second);
        assertThatThrownBy(() -> log.hold("backup", second))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.ALREADY_IN_USE));
        log.truncate(fourth);
        assertThat(log.beginning()).isEqualTo(second);
        try (LogFollower follower = log.follow("f", second)) {
            assertThat(next(follower)).isEqualTo(3);
            hold.close();
            log.truncate(fourth); // the follower holds what it has not delivered
            assertThat(log.beginning().sequence()).isLessThan(fourth.sequence());
            assertThat(next(follower)).isEqualTo(4);
            assertThat(next(follower)).isEqualTo(5);
        }
        log.truncate(fourth);
        assertThat(log.beginning()).isEqualTo(fourth);
        assertThatThrownBy(() -> log.follow("late", second)).hasMessageContaining("begins behind");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingTheChannelWakesItsFollowers(boolean shared) {
        ChannelLog log = open(shared, 1 << 20);
        LogFollower follower = log.follow("f", log.applied());
        CompletableFuture<LogRecord> waiting = CompletableFuture.supplyAsync(() -> follower.poll(LONG));
        log.close();
        assertThatThrownBy(() -> ChannelLog.join(waiting))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CLOSED));
    }

    @ParameterizedTest
    @ValueSource(booleans = true)
    void followerGetsNothingOfADeposedOwner(boolean shared) {
        ChannelLog first = open(shared, 1 << 20);
        write(first, 1);
        byte[] late = contested.records().getLast();
        ChannelLog second = open(shared, 1 << 20);
        contested.put(late);
        write(second, 2);
        second.close();
        ChannelLog third = open(shared, 1 << 20);
        write(third, 3);
        try (LogFollower follower = third.follow("f", third.beginning())) {
            assertThat(List.of(next(follower), next(follower), next(follower))).containsExactly(1L, 2L, 3L);
            assertThat(follower.poll(SHORT)).isNull();
        }
    }
}
