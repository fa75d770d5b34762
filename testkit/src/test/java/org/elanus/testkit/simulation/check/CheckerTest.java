package org.elanus.testkit.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.FixedColumn;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Histories made by hand: each invariant broken in its smallest form, beside what is allowed and looks like it. */
class CheckerTest {

    private static final Shape SHAPE = new Shape(false, false, 1, "L2");
    private static final Observation.Scope ALL = (key, version, partition) -> true;

    private final History history = new History();
    private final Incarnation first = new Incarnation(SHAPE);
    private Names.Binding binding = history.names().begin("c", first, history.tick());

    @BeforeEach
    void create() {
        first.id(1);

        binding.stands(history.tick());
    }

    private Mutation begin(Map<Long, Long> versions) {
        List<Mutation.Row> rows = new ArrayList<>();
        versions.forEach((key, version) -> rows.add(new Mutation.Row(key, version)));
        return history.add(Mutation.write(0, "c", history.tick(), 0, "", rows));
    }

    private Mutation write(long key, long version) {
        return done(begin(Map.of(key, version)));
    }

    private <T extends Operation> T done(T operation) {
        operation.end(Operation.Result.DONE, history.tick(), 0);
        return operation;
    }

    private Mutation beginDelete(long key) {
        return history.add(Mutation.remove(
                0, "c", "deletes " + key, history.tick(), 0, (of, version, partition) -> of.equals(key)));
    }

    private Observation beginRead(Consistency.Level level, int client) {
        return new Observation(client, "c", "reads all", history.tick(), 0, level);
    }

    private void saw(Observation read, Map<Long, Long> rows) {
        done(read).saw(Map.copyOf(rows), ALL);
        history.add(read);
    }

    private void read(Map<Long, Long> rows) {
        saw(beginRead(Consistency.Level.STRONG, 0), rows);
    }

    private void count(long rows) {
        Observation read = done(beginRead(Consistency.Level.STRONG, 0));
        read.counted(rows, ALL);
        history.add(read);
    }

    private void isClean() {
        assertThat(Checker.check(history)).isEmpty();
    }

    private void breaks(String invariant, String what) {
        assertThat(Checker.check(history))
                .anySatisfy(violation ->
                        assertThat(violation).startsWith(invariant + ":").contains(what));
    }

    @Test
    void anythingInOrderIsClean() {
        write(1, 10);
        read(Map.of(1L, 10L));
        done(beginDelete(1));
        read(Map.of());
        done(begin(Map.of(1L, 11L, 2L, 12L)));
        read(Map.of(1L, 11L, 2L, 12L));
        count(2);
        isClean();
    }

    @Test
    void acknowledgedWriteThatIsMissingBreaksI1() {
        write(1, 10);
        read(Map.of());
        breaks("I1", "did not return key 1");
    }

    @Test
    void acknowledgedWriteThatIsMissingAfterACrashBreaksI1() {
        write(1, 10);
        beginDelete(2);
        history.recovered();
        read(Map.of());
        breaks("I1", "wrote with version 10");
    }

    @Test
    void writeUnderADeleteMayBeMissing() {
        Mutation delete = beginDelete(1);
        write(1, 10);
        done(delete);
        read(Map.of());
        isClean();
    }

    @Test
    void deletedRowThatReturnsBreaksI2() {
        write(1, 10);
        done(beginDelete(1));
        read(Map.of(1L, 10L));
        breaks("I2", "it was deleted by");
    }

    @Test
    void rowOfAFormerLifeBreaksI2() {
        write(1, 10);
        binding.ending(history.tick());
        binding.ended(history.tick());
        Incarnation second = new Incarnation(SHAPE);
        second.id(2);
        history.names().begin("c", second, history.tick()).stands(history.tick());
        read(Map.of(1L, 10L));
        breaks("I2", "former life");
    }

    @Test
    void rowThatNobodyWroteBreaksI3() {
        write(1, 10);
        read(Map.of(1L, 10L, 2L, 99L));
        breaks("I3", "version 99, which nobody ever wrote");
    }

    @Test
    void refusedRowThatIsReadBreaksI3() {
        begin(Map.of(1L, 10L)).fail(Operation.Result.REFUSED, "no", history.tick(), 0);
        read(Map.of(1L, 10L));
        breaks("I3", "was refused");
    }

    @Test
    void replacedVersionThatReturnsBreaksI4() {
        write(1, 10);
        write(1, 11);
        read(Map.of(1L, 10L));
        breaks("I4", "it was replaced by");
    }

    @Test
    void twoRowsOfOneKeyBreakI4() {
        List<String> problems = new ArrayList<>();
        List<Mutation.Row> rows = List.of(new Mutation.Row(1L, 10), new Mutation.Row(1L, 11));
        SHAPE.decode(Columns.longs(1, 1), SHAPE.batch(rows, false), version -> false, "a read", problems);
        assertThat(problems).singleElement().asString().startsWith("I4:").contains("twice");
    }

    @Test
    void rowThatALaterOneOfItsBatchReplacesBreaksI4() {
        done(history.add(Mutation.write(
                0, "c", history.tick(), 0, "", List.of(new Mutation.Row(1L, 10), new Mutation.Row(1L, 11)))));
        read(Map.of(1L, 10L));
        breaks("I4", "later row of the same batch");
    }

    @Test
    void rowOfTwoVersionsBreaksI5() {
        List<String> problems = new ArrayList<>();
        ColumnBatch batch = SHAPE.batch(List.of(new Mutation.Row(1L, 10)), false);
        ColumnBatch other = SHAPE.batch(List.of(new Mutation.Row(1L, 11)), false);
        Map<String, Column> mixed = new java.util.HashMap<>(batch.columns());
        mixed.put(Shape.VECTOR, other.columns().get(Shape.VECTOR));
        SHAPE.decode(Columns.longs(1), new ColumnBatch(1, mixed), version -> false, "a read", problems);
        assertThat(problems).singleElement().asString().startsWith("I5:").contains("vector");
    }

    @Test
    void zeroedVectorBreaksI5() {
        List<String> problems = new ArrayList<>();
        Map<String, Column> zeroed = new java.util.HashMap<>(
                SHAPE.batch(List.of(new Mutation.Row(1L, 10)), false).columns());
        zeroed.put(Shape.VECTOR, Columns.floatVectors(Shape.DIMENSION, new float[Shape.DIMENSION]));
        SHAPE.decode(Columns.longs(1), new ColumnBatch(1, zeroed), version -> false, "a read", problems);
        assertThat(problems).singleElement().asString().startsWith("I5:").contains("all zeros");
    }

    @Test
    void versionUnderAnotherKeyBreaksI5() {
        write(1, 10);
        write(2, 20);
        read(Map.of(1L, 10L, 2L, 10L));
        breaks("I5", "under key 2, but it was written under key 1");
    }

    @Test
    void readsThatGoBackBreakI6() {
        Mutation one = begin(Map.of(1L, 10L));
        Mutation other = begin(Map.of(1L, 11L));
        read(Map.of(1L, 10L));
        read(Map.of(1L, 11L));
        read(Map.of(1L, 10L));
        done(one);
        done(other);
        breaks("I6", "no order of the operations on key 1");
    }

    @Test
    void unknownWriteThatComesAndGoesBreaksI6() {
        begin(Map.of(1L, 10L));
        history.recovered();
        read(Map.of(1L, 10L));
        read(Map.of());
        breaks("I6", "key 1");
    }

    @Test
    void unknownWriteThatComesAfterTheRecoveryBreaksI6() {
        begin(Map.of(1L, 10L));
        history.recovered();
        read(Map.of());
        read(Map.of(1L, 10L));
        breaks("I6", "key 1");
    }

    @Test
    void unknownWriteIsThereOrNot() {
        begin(Map.of(1L, 10L));
        begin(Map.of(2L, 20L));
        history.recovered();
        read(Map.of(1L, 10L));
        read(Map.of(1L, 10L));
        isClean();
    }

    @Test
    void sessionThatMissesItsOwnWriteBreaksI1() {
        write(1, 10);
        saw(beginRead(Consistency.Level.SESSION, 0), Map.of());
        breaks("I1", "client 0");
    }

    @Test
    void sessionMayMissTheWriteOfAnother() {
        write(1, 10);
        saw(beginRead(Consistency.Level.SESSION, 7), Map.of());
        isClean();
    }

    @Test
    void sessionThatGoesBackBreaksI7() {
        write(1, 10);
        write(1, 11);
        saw(beginRead(Consistency.Level.SESSION, 7), Map.of(1L, 11L));
        saw(beginRead(Consistency.Level.SESSION, 7), Map.of(1L, 10L));
        breaks("I7", "had returned the later version 11");
    }

    @Test
    void boundedReadThatIsTooOldBreaksI1() {
        write(1, 10);
        Observation read = new Observation(
                7, "c", "reads", history.tick(), 2 * KeyRegister.BOUND_MILLIS, Consistency.Level.BOUNDED);
        saw(read, Map.of());
        breaks("I1", "did not return key 1");
    }

    @Test
    void boundedReadMayBeALittleBehindAndEventualAnyhow() {
        write(1, 10);
        saw(beginRead(Consistency.Level.BOUNDED, 7), Map.of());
        saw(beginRead(Consistency.Level.EVENTUAL, 7), Map.of());
        isClean();
    }

    @Test
    void wrongCountBreaksI9() {
        write(1, 10);
        count(2);
        breaks("I9", "returned 2 rows, but 1");
    }

    @Test
    void countUnderAWriteIsOneOrTheOther() {
        Observation read = beginRead(Consistency.Level.STRONG, 0);
        write(1, 10);
        done(read).counted(0, ALL);
        history.add(read);
        isClean();
    }

    @Test
    void halfABatchBreaksI12() {
        begin(Map.of(1L, 10L, 2L, 20L));
        history.recovered();
        read(Map.of(1L, 10L));
        breaks("I12", "not key 2");
    }

    @Test
    void halfABatchOverAnOlderVersionBreaksI12() {
        write(2, 19);
        begin(Map.of(1L, 10L, 2L, 20L));
        history.recovered();
        read(Map.of(1L, 10L, 2L, 19L));
        breaks("I12", "the older version 19");
    }

    @Test
    void batchOverTwoShardsMayBeHalfThere() {
        Shape two = new Shape(false, false, 2, "L2");
        long other = 2;
        while (two.shardOf(other) == two.shardOf(1L)) {
            other++;
        }
        Incarnation second = new Incarnation(two);
        history.names().begin("d", second, history.tick()).stands(history.tick());
        history.add(Mutation.write(
                0, "d", history.tick(), 0, "", List.of(new Mutation.Row(1L, 10), new Mutation.Row(other, 20))));
        history.recovered();
        Observation read = done(new Observation(0, "d", "reads", history.tick(), 0, Consistency.Level.STRONG));
        read.saw(Map.of(1L, 10L), ALL);
        history.add(read);
        isClean();
    }

    @Test
    void deleteByFilterThatMissesARowBreaksI1() {
        write(1, 10);
        Mutation delete = history.add(Mutation.removeMatching(
                0, "c", "deletes by filter", history.tick(), 0, (key, version, partition) -> true));
        delete.matched(Set.of());
        done(delete);
        breaks("I1", "did not return key 1");
    }

    @Test
    void rowOfADroppedPartitionThatReturnsBreaksI2() {
        done(history.add(Mutation.write(0, "c", history.tick(), 0, "p", List.of(new Mutation.Row(1L, 10)))));
        write(2, 20);
        done(history.add(Mutation.remove(
                0, "c", "drops partition p", history.tick(), 0, (key, version, partition) -> partition.equals("p"))));
        read(Map.of(2L, 20L));
        isClean();
        read(Map.of(1L, 10L, 2L, 20L));
        breaks("I2", "drops partition p");
    }

    @Test
    void generatedKeyOfAnUnknownWriteMayBeSeenOnceOnly() {
        Shape automatic = new Shape(false, true, 1, "L2");
        history.names().begin("e", new Incarnation(automatic), history.tick()).stands(history.tick());
        history.add(Mutation.write(0, "e", history.tick(), 0, "", List.of(new Mutation.Row(null, 10))));
        history.recovered();
        Observation read = done(new Observation(0, "e", "reads", history.tick(), 0, Consistency.Level.STRONG));
        read.saw(Map.of(1001L, 10L), ALL);
        history.add(read);
        isClean();
        Observation again = done(new Observation(0, "e", "reads", history.tick(), 0, Consistency.Level.STRONG));
        again.saw(Map.of(1001L, 10L, 1002L, 10L), ALL);
        history.add(again);
        breaks("I5", "version 10 under key 1002");
    }

    @Test
    void rowsRoundTripThroughTheirColumns() {
        List<String> problems = new ArrayList<>();
        List<Mutation.Row> rows = List.of(new Mutation.Row(1L, 10), new Mutation.Row(2L, 11));
        ColumnBatch batch = SHAPE.batch(rows, false);
        FixedColumn keys = (FixedColumn) batch.columns().get(Shape.KEY);
        assertThat(SHAPE.decode(keys, batch, version -> false, "a read", problems))
                .containsExactly(new Shape.Seen(1L, 10), new Shape.Seen(2L, 11));
        assertThat(problems).isEmpty();
    }

    @Test
    void halfABatchBreaksI12ThoughSomethingElseIsDeletedMeanwhile() {
        write(3, 9);
        Mutation delete = beginDelete(3);
        done(begin(Map.of(1L, 10L, 2L, 11L)));
        done(delete);
        read(Map.of(1L, 10L));
        breaks("I12", "key 2 with version 11");
    }

    @Test
    void rowOfABatchMayBeMissingUnderADeleteOfALaterVersion() {
        Mutation delete = history.add(Mutation.remove(
                0, "c", "deletes version 12", history.tick(), 0, (of, version, partition) -> version == 12));
        done(begin(Map.of(1L, 10L, 2L, 11L)));
        write(2, 12);
        done(delete);
        read(Map.of(1L, 10L));
        isClean();
    }
}
