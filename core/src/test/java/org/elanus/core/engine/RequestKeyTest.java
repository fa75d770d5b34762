package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.elanus.core.log.SharedTopics;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with a key take effect once, on a log of this process alone and on one that others may write. */
class RequestKeyTest {

    @TempDir
    Path temporary;

    private final SharedTopics topics = new SharedTopics();
    private TestDatabase database;

    private void open(boolean shared) {
        database = new TestDatabase(temporary);
        if (shared) {
            database.aroundLog = log -> topics;
            database.logCapabilities = SharedTopics.CAPABILITIES;
        }
        database.open();
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static CallContext keyed(String key) {
        CallContext call = TestDatabase.CALL;
        return new CallContext(
                call.caller(),
                call.database(),
                call.deadlineNanos(),
                call.cancellation(),
                Optional.of(key),
                call.requestId());
    }

    private MutationResult insert(String key, ColumnBatch rows) {
        return database.database().insert(keyed(key), new InsertRequest("c", "", rows, 0));
    }

    private MutationResult delete(String key, String filter) {
        return database.database().delete(keyed(key), new DeleteRequest("c", "", Filter.of(filter)));
    }

    private static ColumnBatch withoutIds(ColumnBatch rows) {
        Map<String, Column> columns = new LinkedHashMap<>(rows.columns());
        columns.remove("id");
        return new ColumnBatch(rows.rows(), columns);
    }

    private static void assertSame(MutationResult repeated, MutationResult first) {
        assertThat(repeated.count()).isEqualTo(first.count());
        assertThat(repeated.timestamp()).isEqualTo(first.timestamp());
        assertThat(repeated.keys().rows()).isEqualTo(first.keys().rows());
        for (int row = 0; row < first.keys().rows(); row++) {
            assertThat(((FixedColumn) repeated.keys()).getLong(row))
                    .isEqualTo(((FixedColumn) first.keys()).getLong(row));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void repeatedInsertGivesTheSameIdsAndAddsNoRowAlsoAfterRestartAndTruncation(boolean shared) {
        open(shared);
        database.create("c", 3, Map.of(), FieldSchema.primaryKey("id", DataType.INT64, true));
        ColumnBatch rows = withoutIds(TestDatabase.rows(1, 1, 2, 3, 4, 5, 6, 7, 8));
        MutationResult first = insert("k", rows);
        assertSame(insert("k", rows), first);
        database.restart();
        assertSame(insert("k", rows), first);
        for (int i = 0; i < 3; i++) {
            database.database()
                    .insert(TestDatabase.CALL, new InsertRequest("c", "", rows, 0)); // so that the log may forget
            database.flush("c");
        }
        database.restart();
        assertSame(insert("k", rows), first);
        assertThat(insert("other", rows).timestamp()).isGreaterThan(first.timestamp());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keyIsForgottenAfterFifteenMinutes(boolean shared) {
        open(shared);
        database.create("c");
        MutationResult first = insert("k", TestDatabase.rows(1, 1));
        database.clock.advance(Duration.ofMinutes(14));
        database.insert("c", 1, 2);
        assertSame(insert("k", TestDatabase.rows(1, 1)), first);
        database.clock.advance(Duration.ofMinutes(2));
        database.insert("c", 1, 3);
        MutationResult again = insert("k", TestDatabase.rows(1, 1));
        assertThat(again.timestamp()).isGreaterThan(first.timestamp());
        assertSame(insert("k", TestDatabase.rows(1, 1)), again);
        // No other request with a key comes in between, to clear away what is old.
        database.clock.advance(Duration.ofMinutes(16));
        database.insert("c", 1, 4);
        MutationResult third = insert("k", TestDatabase.rows(1, 1));
        assertThat(third.timestamp()).isGreaterThan(again.timestamp());
        assertSame(insert("k", TestDatabase.rows(1, 1)), third);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void repeatedUpsertOverwritesNothingThatCameSince(boolean shared) {
        open(shared);
        database.create("c");
        database.database().upsert(keyed("k"), new InsertRequest("c", "", TestDatabase.rows(1, 1, 2), 0));
        database.upsert("c", 2, 1, 2);
        database.database().upsert(keyed("k"), new InsertRequest("c", "", TestDatabase.rows(1, 1, 2), 0));
        assertThat(database.rows("c")).isEqualTo(Map.of(1L, 2L, 2L, 2L));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void repeatedDeleteAnswersAsTheFirstAndTakesNothingThatCameSince(boolean shared) {
        open(shared);
        database.create("c");
        database.insert("c", 1, 1, 2, 3, 4);
        MutationResult first = delete("k", "version == 1");
        assertThat(first.count()).isEqualTo(4);
        MutationResult nothing = delete("n", "version == 1");
        assertThat(nothing.count()).isZero();
        database.insert("c", 1, 5, 6);
        database.restart();
        assertThat(delete("k", "version == 1").count()).isEqualTo(4);
        assertThat(delete("n", "version == 1").count()).isZero();
        assertThat(database.rows("c")).containsOnlyKeys(5L, 6L);
        assertThat(delete("k2", "id in [5, 99]").count()).isEqualTo(2);
        database.insert("c", 2, 5);
        assertThat(delete("k2", "id in [5, 99]").count()).isEqualTo(2);
        assertThat(database.rows("c")).containsOnlyKeys(5L, 6L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keyThatIsUsedForSomethingElseIsRefused(boolean shared) {
        open(shared);
        database.create("c");
        insert("k", TestDatabase.rows(1, 1));
        for (Supplier<MutationResult> other : List.<Supplier<MutationResult>>of(
                () -> insert("k", TestDatabase.rows(1, 2)),
                () -> insert("k", TestDatabase.rows(2, 1)),
                () -> delete("k", "id == 1"),
                () -> database.database().upsert(keyed("k"), new InsertRequest("c", "", TestDatabase.rows(1, 1), 0)))) {
            assertThatThrownBy(other::get)
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                    .hasMessageContaining("request key 'k'");
        }
        assertThat(database.rows("c")).isEqualTo(Map.of(1L, 1L));
    }

    @ParameterizedTest
    @ValueSource(booleans = true)
    void keyOfARequestUnderWayIsRefusedForTheMoment(boolean shared) {
        open(shared);
        database.create("c");
        topics.deafen(true);
        int before = topics.records();
        CompletableFuture<MutationResult> under =
                CompletableFuture.supplyAsync(() -> insert("k", TestDatabase.rows(1, 1)));
        await().atMost(Duration.ofSeconds(60)).until(() -> topics.records() > before);
        assertThatThrownBy(() -> insert("k", TestDatabase.rows(1, 1)))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFLICT))
                .hasMessageContaining("under way");
        topics.deafen(false);
        MutationResult first = under.join();
        assertSame(insert("k", TestDatabase.rows(1, 1)), first);
    }

    @ParameterizedTest
    @ValueSource(booleans = true)
    void requestWhoseOutcomeIsUnknownTakesEffectOnceWhenItIsRepeated(boolean shared) {
        open(shared);
        database.create("c", 3, Map.of(), FieldSchema.primaryKey("id", DataType.INT64, true));
        ColumnBatch rows = withoutIds(TestDatabase.rows(1, 1, 2, 3, 4, 5, 6, 7, 8));
        topics.deafen(true);
        topics.loseReplies(true);
        assertThatThrownBy(() -> insert("k", rows))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.TIMEOUT))
                .hasMessageContaining("unknown");
        topics.loseReplies(false);
        topics.deafen(false);
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> insert("k", rows).count() == 8);
        assertThat(database.count("c")).isEqualTo(8);
    }
}
