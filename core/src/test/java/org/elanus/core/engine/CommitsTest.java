package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.Checkpoint;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.ManifestEdit;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.log.SharedMemoryLog;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.MessageId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a collection whose memory cannot follow a commit. */
@Timeout(60)
class CommitsTest {

    @TempDir
    private Path temporary;

    private final Seams seams = Seams.system();
    private final FaultyMetadata metadata = new FaultyMetadata(new MemoryMetadata());
    private EngineState state;
    private CollectionEntry collection;

    @BeforeEach
    void create() {
        DirectoryObjects objects = new DirectoryObjects(temporary);
        HybridClock clock = new HybridClock(seams.clock());
        Catalog catalog = Catalog.open(metadata, clock, seams.randomness(), 1);
        SharedMemoryLog log = new SharedMemoryLog();
        state = new EngineState(
                new Engine.Parts(
                        metadata,
                        objects,
                        "memory",
                        log,
                        log.capabilities(),
                        new IndexTypes(new Registry()),
                        seams,
                        new MemoryAccountant(1L << 30),
                        EngineSettings.defaults(),
                        event -> {}),
                clock,
                catalog);
        collection = catalog.create(
                CallContext.DEFAULT_DATABASE,
                new CollectionSpec(
                        "c",
                        new CollectionSchema(
                                "",
                                List.of(
                                        FieldSchema.primaryKey("id", DataType.INT64, false),
                                        FieldSchema.vector("vector", DataType.FLOAT_VECTOR, 4)),
                                false),
                        1,
                        0,
                        Consistency.Level.STRONG,
                        Map.of()));
    }

    private void commit(Runnable whenCommitted) {
        LiveCollection live = state.live(collection);
        live.maintenance().lock();
        try {
            live.commits()
                    .commit(
                            state.catalog(),
                            ManifestEdit.builder()
                                    .checkpoint(
                                            collection.physicalChannels().getFirst(),
                                            new Checkpoint(new MessageId("memory", new byte[4]), 1, 1))
                                    .build(),
                            whenCommitted,
                            () -> {
                                throw new AssertionError("it was committed");
                            });
        } finally {
            live.maintenance().unlock();
        }
    }

    private static void fails() {
        throw new IllegalStateException("no memory left");
    }

    @Test
    void collectionThatDoesNotShowWhatWasCommittedIsNotServed() {
        assertThatThrownBy(() -> commit(CommitsTest::fails)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> state.live(collection))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining("collection 'c' is not served")
                .hasMessageContaining("no memory left");
        assertThat(state.collections()).isEmpty();
        assertThat(state.hasDamage()).as("the log is held").isTrue();
        assertThat(state.problems()).hasSize(1);
    }

    @Test
    void oneWhoseOutcomeIsFoundOutLaterNeither() {
        metadata.goAway(FaultyMetadata.Fault.LOSES_THE_REPLY);
        assertThatThrownBy(() -> commit(CommitsTest::fails)).isInstanceOf(ElanusException.class);
        LiveCollection live = state.live(collection);
        metadata.comeBack();
        live.maintenance().lock();
        try {
            assertThatThrownBy(() -> live.commits().finish(state.catalog())).isInstanceOf(IllegalStateException.class);
        } finally {
            live.maintenance().unlock();
        }
        assertThatThrownBy(() -> state.live(collection)).hasMessageContaining("is not served");
    }
}
