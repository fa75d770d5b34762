package org.elanus.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SharedChannelLogTest {

    private static final LogSettings SETTINGS = new LogSettings(
            Duration.ofSeconds(1),
            Duration.ofMillis(5),
            Duration.ofMillis(20),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            64L << 20);

    private final Seams seams = Seams.system();
    private final ContestedLog shared = new ContestedLog();
    private final MemoryStore store = new MemoryStore("books");
    private final MemoryStore others = new MemoryStore("films");
    private final List<Process> processes = new ArrayList<>();

    /** A process that owns the channel, or did. */
    private final class Process {
        final ContestedLog.Connection connection = shared.connect();
        final List<LogRecord> applied = new CopyOnWriteArrayList<>();
        final MemoryStore store;
        ChannelLog log;

        Process() {
            this(SharedChannelLogTest.this.store);
        }

        Process(MemoryStore store) {
            this.store = store;
        }

        Process open(String node) {
            return open(node, SETTINGS, 0);
        }

        Process open(String node, LogSettings settings, long committedSequence) {
            processes.add(this);
            log = ChannelLog.open(new ChannelParts(
                    connection,
                    ContestedLog.CAPABILITIES,
                    "c",
                    node,
                    store,
                    committedSequence,
                    new HybridClock(seams.clock()),
                    seams.clock(),
                    seams.threads(),
                    settings,
                    applied::add));
            return this;
        }

        void write(long... ids) {
            ChannelLog.join(log.append(insert(ids)));
        }

        List<Long> ids() {
            List<Long> ids = new ArrayList<>();
            for (LogRecord record : applied) {
                Column column = record.data().rows().column("id");
                for (int row = 0; row < column.rows(); row++) {
                    ids.add(((FixedColumn) column).getLong(row));
                }
            }
            return ids;
        }
    }

    private Process start(String node) {
        return new Process().open(node);
    }

    @AfterEach
    void close() {
        for (Process process : processes) {
            process.connection.release();
            if (process.log != null) {
                process.log.close();
            }
        }
    }

    private static DataRecord insert(long... ids) {
        return new DataRecord(7, 0, 1, 5, null, 0, new ColumnBatch(ids.length, Map.of("id", Columns.longs(ids))));
    }

    private static void assertFails(StandardErrorCode code, CompletableFuture<?> future, String... words) {
        assertThatThrownBy(() -> ChannelLog.join(future))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(List.of(words))
                        .allMatch(word -> e.getMessage().contains(word)));
    }

    @Test
    void recordIsAcknowledgedOnlyWhenItWasReadBack() {
        Process a = start("a");
        a.connection.deafen(true);
        CompletableFuture<LogPosition> writing = a.log.append(insert(1));
        ContestedLog.until(() -> shared.records().size() == 2);
        assertThat(writing).isNotDone();
        assertThat(a.applied).isEmpty();
        a.connection.deafen(false);
        LogPosition position = ChannelLog.join(writing);
        assertThat(position.id()).isEqualTo(ContestedLog.id(2));
        assertThat(a.ids()).containsExactly(1L);
    }

    @Test
    void manyRecordsAreUnderWayAtOnce() {
        Process a = start("a");
        a.connection.deafen(true);
        List<CompletableFuture<LogPosition>> writing = new ArrayList<>();
        for (long id = 0; id < 1_000; id++) {
            writing.add(a.log.append(insert(id)));
        }
        a.connection.deafen(false);
        long sequence = 1;
        for (CompletableFuture<LogPosition> one : writing) {
            assertThat(ChannelLog.join(one).sequence()).isEqualTo(++sequence);
        }
        assertThat(a.ids()).hasSize(1_000).isSorted();
    }

    @Test
    void nextOwnerHasEverythingThatWasAcknowledged() {
        Process a = start("a");
        a.write(1);
        a.write(2, 3);
        a.log.close();
        Process b = start("b");
        assertThat(b.ids()).containsExactly(1L, 2L, 3L);
        b.write(4);
        assertThat(b.log.applied().sequence()).isEqualTo(a.log.applied().sequence() + 2);
        assertThat(b.log.applied().timestamp()).isGreaterThan(a.log.applied().timestamp());
    }

    @Test
    void appendOfADeposedOwnerThatLandsLateIsVoidForEverybody() {
        Process a = start("a");
        a.write(1);
        a.connection.hold();
        CompletableFuture<LogPosition> late = a.log.append(insert(666));
        Process b = start("b");
        b.write(2);
        a.connection.release();
        assertFails(StandardErrorCode.FENCED, late, "node 'b'", "epoch 2", "does not count");
        b.write(3);
        assertThat(a.ids()).containsExactly(1L);
        assertThat(b.ids()).containsExactly(1L, 2L, 3L);
        b.log.close();
        assertThat(start("c").ids()).containsExactly(1L, 2L, 3L);
        assertThat(b.log.statistics().foreign()).isPositive();
    }

    @Test
    void recordOfTheOldOwnerThatLandsBeforeTheClaimCounts() {
        Process a = start("a");
        a.write(1);
        // b opens, reads the end and claims; its CLAIM is on the way while a goes on writing.
        Process b = new Process();
        b.connection.hold();
        Thread opening = Thread.ofVirtual().start(() -> b.open("b"));
        ContestedLog.until(() -> b.connection.held() == 1);
        a.write(2);
        a.write(3);
        b.connection.release();
        ContestedLog.until(() -> !opening.isAlive());
        assertThat(b.ids()).containsExactly(1L, 2L, 3L);
        b.write(4);
        ContestedLog.until(() -> a.log.state() == ChannelState.DEPOSED);
        b.log.close();
        Process c = start("c");
        assertThat(c.ids()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(c.applied).extracting(LogRecord::sequence).containsExactly(2L, 3L, 4L, 6L);
    }

    @Test
    void ofTwoClaimsTheHigherOneCountsWhereverTheyStand() {
        Process low = new Process();
        low.connection.hold();
        Thread opening = Thread.ofVirtual().start(() -> {
            assertThatThrownBy(() -> low.open("low"))
                    .isInstanceOfSatisfying(
                            ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FENCED));
        });
        ContestedLog.until(() -> low.connection.held() == 1);
        Process high = start("high");
        high.write(1);
        low.connection.release();
        ContestedLog.until(() -> !opening.isAlive());
        high.write(2);
        assertThat(high.ids()).containsExactly(1L, 2L);
        assertThat(high.log.state()).isEqualTo(ChannelState.OPEN);
        assertThat(low.log).isNull();
    }

    @Test
    void deposedOwnerRefusesWritesAndStrongReadsForGoodAndSaysWhoOwnsTheChannel() {
        Process a = start("a");
        a.write(1);
        Process b = start("b");
        ContestedLog.until(() -> a.log.state() == ChannelState.DEPOSED);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> a.log.append(insert(2)))
                    .isInstanceOfSatisfying(
                            ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FENCED))
                    .hasMessageContainingAll("node 'b'", "epoch 2", "had 1");
            assertThatThrownBy(a.log::awaitApplied)
                    .isInstanceOfSatisfying(
                            ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FENCED));
        }
        a.log.awaitOwn(Long.MAX_VALUE);
        assertThat(a.log.failure()).hasMessageContaining("node 'b'");
        assertThat(a.log.isBroken()).isTrue();
        b.write(2);
        assertThat(store.epoch()).isEqualTo(2);
    }

    @Test
    void strongReadOfAnOwnerThatDoesNotKnowYetThatItWasDeposedIsRefused() {
        Process a = start("a");
        a.connection.deafen(true);
        Process b = start("b");
        b.write(2);
        CompletableFuture<Void> reading = CompletableFuture.runAsync(a.log::awaitApplied);
        ContestedLog.until(() -> shared.records().size() == 4); // two claims, a record, a's TICK
        a.connection.deafen(false);
        assertFails(StandardErrorCode.FENCED, reading, "node 'b'");
    }

    @Test
    void strongReadsThatWaitTogetherShareOneTick() {
        Process a = start("a");
        a.connection.deafen(true);
        List<CompletableFuture<Void>> reading = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Void> one = new CompletableFuture<>();
            reading.add(one);
            threads.add(Thread.ofVirtual().start(() -> {
                a.log.awaitApplied();
                one.complete(null);
            }));
        }
        ContestedLog.until(() -> threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
        a.connection.deafen(false);
        reading.forEach(ChannelLog::join);
        assertThat(shared.records()).hasSizeLessThanOrEqualTo(3); // the claim, the first reader's, that of the others
        assertThat(shared.frame(1).kind()).isEqualTo(Frame.Kind.TICK);
        a.write(1);
        assertThat(a.ids()).containsExactly(1L);
    }

    @Test
    void readsWaitForAHangingLogNoLongerThanTheirDeadline() {
        Process a = start("a");
        a.write(1);
        a.connection.hold();
        CompletableFuture<LogPosition> hanging = a.log.append(insert(2));
        for (LongConsumer read : List.<LongConsumer>of(a.log::awaitOwn, a.log::awaitApplied)) {
            assertThatThrownBy(() -> read.accept(seams.clock().nanos() + 20_000_000))
                    .isInstanceOfSatisfying(
                            ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.TIMEOUT))
                    .hasMessageContainingAll("deadline", "channel 'c'");
        }
        a.connection.release();
        ChannelLog.join(hanging);
        a.log.awaitApplied();
        assertThat(a.ids()).containsExactly(1L, 2L);
    }

    @Test
    void fenceOfTheLogEndsOwnershipEarly() {
        Process a = start("a");
        a.write(1);
        a.connection.fence();
        assertFails(StandardErrorCode.FENCED, a.log.append(insert(2)), "unknown");
        ContestedLog.until(() -> a.log.state() == ChannelState.DEPOSED);
        assertThatThrownBy(() -> a.log.append(insert(3))).hasMessageContaining("restarted");
    }

    @Test
    void recordWhoseReplyWasLostIsAcknowledgedWhenItIsReadBackNevertheless() {
        Process a = start("a");
        a.connection.loseReplies(true);
        ChannelLog.join(a.log.append(insert(1)));
        a.connection.loseReplies(false);
        ContestedLog.until(() -> a.log.statistics().recoveries() > 0);
        a.write(2);
        assertThat(a.ids()).containsExactly(1L, 2L);
        a.log.close();
        assertThat(start("b").ids()).containsExactly(1L, 2L);
    }

    @Test
    void lostLogFailsWritesFastAndComesBackByItself() {
        Process a = start("a");
        a.write(1);
        a.connection.breakOff(true);
        assertFails(StandardErrorCode.TIMEOUT, a.log.append(insert(2)), "unknown");
        assertThatThrownBy(() -> a.log.append(insert(3)))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.NOT_READY))
                .hasMessageContainingAll("nothing was written", "broker");
        assertThat(a.log.state()).isEqualTo(ChannelState.LOST);
        a.log.awaitOwn(Long.MAX_VALUE);
        a.connection.breakOff(false);
        ContestedLog.until(() -> a.log.state() == ChannelState.OPEN);
        a.write(4);
        assertThat(a.ids()).containsExactly(1L, 4L);
        assertThat(store.epoch()).isGreaterThan(1);
    }

    @Test
    void unknownOutcomeThatReachedTheLogIsAppliedOnceWhenTheLogIsBack() {
        Process a = start("a");
        a.write(1);
        a.connection.deafen(true);
        a.connection.loseReplies(true);
        assertFails(StandardErrorCode.TIMEOUT, a.log.append(insert(2)), "unknown");
        assertThat(a.ids()).containsExactly(1L);
        a.connection.loseReplies(false);
        a.connection.deafen(false);
        ContestedLog.until(() -> a.log.state() == ChannelState.OPEN);
        assertThat(a.ids()).containsExactly(1L, 2L);
        a.write(3);
        a.log.close();
        assertThat(start("b").ids()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void ownerThatLostTheLogDoesNotTakeItBackFromItsSuccessor() {
        Process a = start("a");
        a.write(1);
        a.connection.breakOff(true);
        assertFails(StandardErrorCode.TIMEOUT, a.log.append(insert(2)));
        Process b = start("b");
        a.connection.breakOff(false);
        ContestedLog.until(() -> a.log.state() == ChannelState.DEPOSED);
        b.write(3);
        assertThat(b.ids()).containsExactly(1L, 3L);
        assertThat(b.log.applied().epoch()).isEqualTo(store.epoch());
    }

    @Test
    void silentLogCountsAsLost() {
        Process a = new Process()
                .open(
                        "a",
                        new LogSettings(
                                Duration.ofSeconds(1),
                                Duration.ofMillis(5),
                                Duration.ofMillis(20),
                                Duration.ofMillis(50),
                                Duration.ofSeconds(5),
                                64L << 20),
                        0);
        a.connection.deafen(true);
        assertFails(StandardErrorCode.TIMEOUT, a.log.append(insert(1)), "unknown", "has not returned");
        a.connection.deafen(false);
        ContestedLog.until(() -> a.log.state() == ChannelState.OPEN);
        assertThat(a.ids()).containsExactly(1L);
    }

    @Test
    void logThatCannotBeReachedAtTheStartIsTriedAgainForAWhile() {
        Process a = new Process(new MemoryStore()); // which looks for nobody before it opens
        a.connection.breakOff(true);
        assertThatThrownBy(() -> a.open("a"))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.IO_FAILURE))
                .hasMessageContainingAll("channel 'c'", "attempts", "log.start-limit", "broker cannot be reached");
        assertThat(a.connection.opened).isGreaterThan(2);
    }

    @Test
    void gapVoidsWhatFollowsAndRaisesTheAlarm() {
        Process a = start("a");
        a.write(1);
        a.connection.drop(
                bytes -> Frame.decode(MemorySegment.ofArray(bytes), "").sequence() == 3);
        a.connection.hold();
        CompletableFuture<LogPosition> lost = a.log.append(insert(2));
        CompletableFuture<LogPosition> behind = a.log.append(insert(3));
        a.connection.release();
        a.connection.drop(bytes -> false);
        assertFails(StandardErrorCode.TIMEOUT, lost);
        assertFails(StandardErrorCode.TIMEOUT, behind);
        ContestedLog.until(() -> a.log.state() == ChannelState.OPEN);
        assertThat(a.log.alarms()).first().asString().contains("records are missing");
        a.write(4);
        assertThat(a.ids()).containsExactly(1L, 4L);
        a.log.close();
        Process b = start("b");
        assertThat(b.ids()).containsExactly(1L, 4L);
        assertThat(b.log.alarms()).isNotEmpty();
    }

    @Test
    void repeatsAreDropped() {
        Process a = start("a");
        a.write(1);
        shared.put(shared.records().get(1));
        a.write(2);
        shared.put(shared.records().get(0));
        shared.put(shared.records().get(1));
        a.write(3);
        assertThat(a.ids()).containsExactly(1L, 2L, 3L);
        assertThat(a.log.alarms()).isEmpty();
        a.log.close();
        assertThat(start("b").ids()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void logThatGoesBackMakesTheChannelReadOnly() {
        Process a = start("a");
        a.write(1);
        a.write(2);
        shared.loseNewest(2);
        CompletableFuture<LogPosition> writing = a.log.append(insert(3));
        assertThatThrownBy(() -> ChannelLog.join(writing)).isInstanceOf(ElanusException.class);
        ContestedLog.until(() -> a.log.state() == ChannelState.READ_ONLY);
        assertThat(a.log.alarms()).singleElement().asString().contains("has gone back");
        assertThatThrownBy(() -> a.log.append(insert(4))).hasMessageContaining("takes no more writes");
        assertThat(a.ids()).containsExactly(1L, 2L);
    }

    @Test
    void logThatEndsBeforeTheSegmentsIsRefused() {
        Process a = start("a");
        a.write(1);
        a.write(2);
        a.log.close();
        shared.loseNewest(2);
        assertThatThrownBy(() -> new Process().open("b", SETTINGS, 3))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT))
                .hasMessageContaining("the log was lost");
    }

    @Test
    void logThatLostItsBeginningIsRefused() {
        Process a = start("a");
        a.write(1);
        a.log.close();
        shared.remove(0);
        assertThatThrownBy(() -> start("b"))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT))
                .hasMessageContaining("lost its beginning");
    }

    @Test
    void truncatedLogGoesOnThoughItBeginsWithWhatADeposedOwnerLeft() {
        Process a = start("a");
        a.write(1);
        a.connection.hold();
        a.log.append(insert(666));
        Process b = start("b");
        LogPosition end = b.log.applied(); // b's CLAIM
        a.connection.release();
        b.write(2);
        b.write(3);
        b.log.truncate(end);
        assertThat(shared.frame(0).epoch()).isEqualTo(1); // the late append
        b.log.close();
        Process c = start("c");
        assertThat(c.ids()).containsExactly(2L, 3L);
        assertThat(c.log.alarms()).isEmpty();
        c.write(4);
        LogPosition last = c.log.applied();
        assertThat(last.sequence()).isEqualTo(end.sequence() + 4);
        c.log.truncate(last);
        c.log.close();
        Process d = start("d");
        assertThat(d.ids()).containsExactly(4L); // the newest record is never forgotten
        assertThat(d.log.applied().sequence()).isEqualTo(last.sequence() + 1);
    }

    @Test
    void deposedOwnerTruncatesNothing() {
        Process a = start("a");
        a.write(1);
        a.write(2);
        LogPosition end = a.log.applied();
        a.connection.deafen(true);
        store.raiseEpoch(); // another one is about to claim; a does not know
        assertThatThrownBy(() -> a.log.truncate(end))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.FENCED));
        assertThat(a.connection.truncatedTo).isNull();
        assertThat(store.notes()).isEmpty();
    }

    @Test
    void newLogContinuesTheOneThatADatabaseWasMovedFrom() {
        store.raiseEpoch();
        store.note(
                1,
                Map.of(ChannelStart.NOTE, ChannelStart.encode(new LogPosition(null, 41, 1L << 50, 1, 99))),
                Set.of());
        Process a = new Process().open("a", SETTINGS, 41);
        a.write(1);
        assertThat(a.log.applied().sequence()).isEqualTo(43);
        assertThat(a.log.applied().timestamp()).isGreaterThan(1L << 50);
        a.log.close();
        assertThat(start("b").ids()).containsExactly(1L);
    }

    @Test
    void batchOverTheRecordLimitIsAppliedWholeOrNotAtAll() {
        long[] ids = new long[40_000];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i;
        }
        Process a = start("a");
        a.write(ids);
        assertThat(a.ids()).hasSize(ids.length);
        a.connection.hold();
        CompletableFuture<LogPosition> half = a.log.append(insert(ids));
        Process b = start("b");
        a.connection.release();
        assertFails(StandardErrorCode.FENCED, half);
        assertThat(b.ids()).hasSize(ids.length);
        b.write(7);
        assertThat(b.ids()).hasSize(ids.length + 1);
    }

    @Test
    void checkOfALogSeesWhatDoesNotFollow() {
        Process a = start("a");
        a.write(1);
        a.write(2);
        a.write(3);
        a.log.close();
        assertThat(check()).isEmpty();
        shared.remove(2);
        assertThat(check()).singleElement().asString().contains("does not follow");
    }

    @Test
    void databaseOnTheLogOfAnotherIsRefusedAndRaisesAndWritesNothing() {
        Process a = start("a");
        a.write(1);
        int records = shared.records().size();
        for (int attempt = 1; attempt <= 3; attempt++) {
            Process b = new Process(others);
            assertRefused(b);
            assertThat(b.connection.opened).isZero();
        }
        assertThat(others.epoch()).isZero();
        assertThat(shared.records()).hasSize(records);
        a.write(2);
        assertThat(a.ids()).containsExactly(1L, 2L);
        a.log.truncate(a.log.applied()); // its CLAIM is not there any more
        assertRefused(new Process(others));
        assertThat(others.epoch()).isZero();
        assertThat(a.log.state()).isEqualTo(ChannelState.OPEN);
        assertThat(a.log.alarms()).isEmpty();
    }

    @Test
    void databaseWhoseFirstLookMissedTheOtherIsRefusedWhenItReadsBack() {
        Process a = start("a");
        a.write(1);
        others.raiseEpoch();
        others.note(
                1,
                Map.of(ChannelStart.NOTE, ChannelStart.encode(new LogPosition(null, 41, 1L << 50, 1, 99))),
                Set.of());
        Process b = new Process(others);
        assertRefused(b);
        assertThat(b.connection.opened).isEqualTo(1);
        a.write(2);
        assertThat(a.ids()).containsExactly(1L, 2L);
        assertThat(a.log.alarms()).singleElement().asString().contains("films", "does not count");
    }

    private void assertRefused(Process process) {
        assertThatThrownBy(() -> process.open("b"))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("another database")
                .hasMessageContaining("prefix");
    }

    @Test
    void claimOfAnotherDatabaseNeverCounts() {
        Process a = start("a");
        a.write(1);
        foreignClaim(1);
        foreignClaim(9);
        a.write(2);
        assertThat(a.ids()).containsExactly(1L, 2L);
        assertThat(a.log.state()).isEqualTo(ChannelState.OPEN);
        assertThat(a.log.alarms()).hasSize(2).allMatch(alarm -> alarm.contains("another database, films"));
        try (LogFollower follower = a.log.follow("f", LogPosition.START)) {
            for (long sequence = 2; sequence <= 3; sequence++) {
                assertThat(follower.poll(Duration.ofSeconds(30)))
                        .extracting(LogRecord::sequence)
                        .isEqualTo(sequence);
            }
            assertThat(follower.fromLog()).isPositive();
        }
        LogPosition end = a.log.applied();
        a.log.close();
        foreignClaim(20);
        Process again = start("a");
        assertThat(again.ids()).containsExactly(1L, 2L);
        assertThat(again.log.alarms()).hasSize(3);
        again.log.truncate(end);
        again.write(3);
        again.log.close();
        Process last = start("a"); // the foreign CLAIM is the first record now
        assertThat(last.ids()).containsExactly(3L);
        last.write(4);
        assertThat(last.log.state()).isEqualTo(ChannelState.OPEN);
        last.log.close();
        assertThat(check()).singleElement().asString().contains("another database, films");
    }

    /** What another database, refused or not, left in the log. */
    private void foreignClaim(long epoch) {
        byte[] claim = Frame.seal(
                        Frame.Kind.CLAIM,
                        epoch,
                        Frame.FLOATING,
                        new HybridClock(seams.clock()).next(),
                        0,
                        1,
                        0,
                        0,
                        0)
                .encode();
        shared.put(claim, Claims.properties("films"));
    }

    private List<String> check() {
        return LogCheck.check(shared.connect(), ContestedLog.CAPABILITIES, "c", "books", store.notes(), 0);
    }
}
