package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.log.SharedTopics;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine on a log that other processes could write, too. */
class SharedLogTest {

    @TempDir
    Path temporary;

    private final SharedTopics topics = new SharedTopics();
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = new TestDatabase(temporary);
        database.aroundLog = log -> topics;
        database.logCapabilities = SharedTopics.CAPABILITIES;
        database.open();
        database.create("c");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void rowsSurviveRestartFlushAndTruncation() {
        for (int round = 1; round <= 4; round++) {
            database.upsert("c", round, 1, 2, 3, 4, 5, 6, 7, 8);
            database.delete("c", "id == " + round);
            database.flush("c");
            database.restart();
        }
        assertThat(database.rows("c")).containsOnlyKeys(1L, 2L, 3L, 5L, 6L, 7L, 8L);
        assertThat(topics.records()).isLessThan(40);
        database.upsert("c", 9, 1, 2, 3, 4);
        database.restart();
        assertThat(database.rows("c")).containsEntry(4L, 9L).hasSize(8);
    }

    @Test
    void whileTheLogIsAwayWritesAndStrongReadsFailAndOthersGoOn() {
        database.insert("c", 1, 1, 2, 3);
        topics.breakOff(true);
        assertThatThrownBy(() -> database.insert("c", 1, 4, 5, 6, 7)).isInstanceOf(ElanusException.class);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThatThrownBy(() -> database.insert("c", 1, 4, 5, 6, 7))
                        .isInstanceOfSatisfying(
                                ElanusException.class,
                                e -> assertThat(e.code()).isEqualTo(StandardErrorCode.NOT_READY)));
        assertThatThrownBy(() -> count(Consistency.Level.STRONG)).isInstanceOf(ElanusException.class);
        assertThat(count(Consistency.Level.SESSION)).isEqualTo(3);
        assertThat(count(Consistency.Level.BOUNDED)).isEqualTo(3);
        assertThat(count(Consistency.Level.EVENTUAL)).isEqualTo(3);
        assertThat(database.engine().health().problems())
                .anySatisfy(problem -> assertThat(problem).contains("broker"));
        topics.breakOff(false);
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> database.insert("c", 1, 4, 5, 6, 7).count() == 4);
        assertThat(database.rows("c")).hasSize(7);
        assertThat(database.engine().health().ready()).isTrue();
    }

    private long count(Consistency.Level level) {
        QueryRequest leveled = QueryRequest.of("c", "", QueryRequest.COUNT).withConsistency(new Consistency(level, 0));
        return ((FixedColumn) database.database()
                        .query(TestDatabase.CALL, leveled)
                        .rows()
                        .column(QueryRequest.COUNT))
                .getLong(0);
    }

    @Test
    void checkOfADatabaseOnASharedLogFindsNothing() {
        database.insert("c", 1, 1, 2, 3);
        database.flush("c");
        database.insert("c", 2, 1, 2, 3);
        database.engine().close();
        assertThat(Engine.check(
                        database.metadata,
                        database.objects,
                        topics,
                        SharedTopics.CAPABILITIES,
                        new IndexTypes(new Registry()),
                        Seams.system(),
                        progress -> {}))
                .isEmpty();
    }
}
