package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.elanus.core.engine.FaultyMetadata.Fault;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.SegmentInfo;
import org.elanus.spi.error.ElanusException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The metadata store goes away in the middle of a commit: its outcome is found out later, without a restart. */
class UnknownOutcomeTest {

    @TempDir
    private Path temporary;

    private TestDatabase data;
    private FaultyMetadata metadata;

    @BeforeEach
    void open() {
        data = new TestDatabase(temporary);
        data.aroundMetadata = store -> {
            metadata = new FaultyMetadata(store);
            return metadata;
        };
        data.open();
        data.create("c", 1, Map.of("collection.autocompaction.enabled", "false"));
    }

    @AfterEach
    void close() {
        data.close();
    }

    private long storedRows() {
        return data.database().segments(TestDatabase.CALL, "c").stream()
                .mapToLong(SegmentInfo::rows)
                .sum();
    }

    private void afterwardsAllIsWell(Map<Long, Long> expected) {
        assertThat(data.rows("c")).isEqualTo(expected);
        data.restart();
        assertThat(data.rows("c")).isEqualTo(expected);
        assertThat(data.check()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSES_THE_COMMIT", "LOSES_THE_REPLY"})
    void flushIsFinishedOnce(Fault fault) {
        data.upsert("c", 1, 1, 2, 3);
        metadata.goAway(fault);
        assertThatThrownBy(() -> data.flush("c")).isInstanceOf(ElanusException.class);
        data.upsert("c", 2, 3, 4);
        data.delete("c", "id == 1");
        assertThatThrownBy(() -> data.flush("c")).isInstanceOf(ElanusException.class);
        assertThat(data.rows("c")).isEqualTo(Map.of(2L, 1L, 3L, 2L, 4L, 2L));
        metadata.comeBack();
        data.flush("c");
        assertThat(data.database().segments(TestDatabase.CALL, "c")).allMatch(SegmentInfo::sealed);
        assertThat(storedRows()).isEqualTo(5);
        data.upsert("c", 3, 5);
        afterwardsAllIsWell(Map.of(2L, 1L, 3L, 2L, 4L, 2L, 5L, 3L));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSES_THE_COMMIT", "LOSES_THE_REPLY"})
    void crashInBetweenIsRecoveredFrom(Fault fault) {
        data.upsert("c", 1, 1, 2, 3);
        metadata.goAway(fault);
        assertThatThrownBy(() -> data.flush("c")).isInstanceOf(ElanusException.class);
        data.upsert("c", 2, 3, 4);
        data.delete("c", "id == 1");
        metadata.comeBack();
        data.restart();
        afterwardsAllIsWell(Map.of(2L, 1L, 3L, 2L, 4L, 2L));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSES_THE_COMMIT", "LOSES_THE_REPLY"})
    void mergeIsFinishedOnce(Fault fault) {
        data.upsert("c", 1, 1, 2, 3);
        data.flush("c");
        data.upsert("c", 2, 3, 4);
        data.flush("c");
        metadata.goAway(fault);
        assertThatThrownBy(() -> data.compact("c")).isInstanceOf(ElanusException.class);
        data.delete("c", "id == 2");
        data.upsert("c", 3, 4);
        assertThat(data.rows("c")).isEqualTo(Map.of(1L, 1L, 3L, 2L, 4L, 3L));
        metadata.comeBack();
        data.flush("c");
        data.compact("c");
        assertThat(storedRows()).isEqualTo(3);
        afterwardsAllIsWell(Map.of(1L, 1L, 3L, 2L, 4L, 3L));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSES_THE_COMMIT", "LOSES_THE_REPLY"})
    void truncationIsFinishedOnce(Fault fault) {
        data.upsert("c", 1, 1, 2);
        data.flush("c");
        data.upsert("c", 1, 3);
        metadata.goAway(fault);
        assertThatThrownBy(() -> data.database().truncate(TestDatabase.CALL, "c"))
                .isInstanceOf(ElanusException.class);
        data.upsert("c", 2, 2, 4);
        metadata.comeBack();
        data.flush("c");
        afterwardsAllIsWell(Map.of(2L, 2L, 4L, 2L));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSES_THE_COMMIT", "LOSES_THE_REPLY"})
    void collectionIsDroppedAllTheSame(Fault fault) {
        data.upsert("c", 1, 1, 2);
        metadata.goAway(fault);
        assertThatThrownBy(() -> data.flush("c")).isInstanceOf(ElanusException.class);
        metadata.comeBack();
        data.database().release(TestDatabase.CALL, "c", List.of());
        data.database().dropCollection(TestDatabase.CALL, "c");
        data.create("c", 1, Map.of());
        data.upsert("c", 2, 7);
        data.flush("c");
        afterwardsAllIsWell(Map.of(7L, 2L));
    }

    @Test
    void rowsOfAPartitionWhoseDropTookEffectAreNotStored() {
        Database database = data.database();
        database.createPartition(TestDatabase.CALL, "c", "p");
        database.insert(TestDatabase.CALL, new InsertRequest("c", "p", TestDatabase.rows(1, 1, 2), 0));
        data.flush("c");
        database.insert(TestDatabase.CALL, new InsertRequest("c", "p", TestDatabase.rows(1, 2, 3), 0));
        database.release(TestDatabase.CALL, "c", List.of("p"));
        metadata.goAway(Fault.LOSES_THE_REPLY);
        assertThatThrownBy(() -> database.dropPartition(TestDatabase.CALL, "c", "p"))
                .isInstanceOf(ElanusException.class);
        metadata.comeBack();
        database.createPartition(TestDatabase.CALL, "c", "q"); // finds out
        data.upsert("c", 2, 1, 4);
        data.flush("c");
        assertThat(storedRows()).isEqualTo(2);
        afterwardsAllIsWell(Map.of(1L, 2L, 4L, 2L));
    }
}
