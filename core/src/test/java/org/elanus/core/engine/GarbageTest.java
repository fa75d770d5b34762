package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
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
import org.elanus.spi.storage.ObjectWriter;
import org.elanus.spi.wal.MessageId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clock says here that every object is older than the grace. */
@Timeout(60)
class GarbageTest {

    private static final long EVERYTHING_IS_OLD = -3_600_000;

    @TempDir
    private Path temporary;

    private final Seams seams = Seams.system();
    private final FaultyMetadata metadata = new FaultyMetadata(new MemoryMetadata());
    private DirectoryObjects objects;
    private EngineState state;
    private CollectionEntry collection;
    private LiveCollection live;
    private String key;

    @BeforeEach
    void writeAnObjectThatNoManifestNames() {
        objects = new DirectoryObjects(temporary);
        EngineSettings defaults = EngineSettings.defaults();
        EngineSettings settings = new EngineSettings(
                defaults.sealBytes(),
                defaults.idleMillis(),
                defaults.laggardMillis(),
                defaults.laggardBytes(),
                1,
                1,
                EVERYTHING_IS_OLD);
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
                        settings,
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
        live = state.live(collection);
        key = ObjectKeys.data(collection.id(), 1, 1);
        try (ObjectWriter writer = objects.create(key)) {
            writer.write(MemorySegment.ofArray(new byte[] {1}));
            writer.commit();
        }
    }

    private boolean isThereAfterCollecting() {
        new Garbage(state).collect();
        return objects.size(key).isPresent();
    }

    @Test
    void objectThatNothingRefersToIsDeleted() {
        assertThat(isThereAfterCollecting()).isFalse();
    }

    @Test
    void objectOfAFlushUnderWayIsKept() throws InterruptedException {
        assertKeptWhileHeld(live.maintenance());
    }

    @Test
    void objectOfAMergeUnderWayIsKept() throws InterruptedException {
        assertKeptWhileHeld(live.merging());
    }

    @Test
    void objectOfAnIndexBuildUnderWayIsKept() {
        state.underWay().add(key);
        assertThat(isThereAfterCollecting()).isTrue();
        state.underWay().remove(key);
        assertThat(isThereAfterCollecting()).isFalse();
    }

    private void assertKeptWhileHeld(ReentrantLock lock) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread work = seams.threads().start("work", () -> {
            lock.lock();
            try {
                begun.countDown();
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                lock.unlock();
            }
        });
        begun.await();
        assertThat(isThereAfterCollecting()).isTrue();
        end.countDown();
        work.join();
        assertThat(isThereAfterCollecting()).isFalse();
    }

    @Test
    void objectOfACommitWhoseOutcomeIsUnknownIsKept() {
        metadata.goAway(FaultyMetadata.Fault.LOSES_THE_COMMIT);
        live.maintenance().lock();
        try {
            assertThatThrownBy(() -> live.commits()
                            .commit(
                                    state.catalog(),
                                    ManifestEdit.builder()
                                            .checkpoint(
                                                    collection.physicalChannels().getFirst(),
                                                    new Checkpoint(new MessageId("memory", new byte[4]), 1, 1))
                                            .build(),
                                    () -> {},
                                    () -> {}))
                    .isInstanceOf(ElanusException.class);
        } finally {
            live.maintenance().unlock();
        }
        metadata.comeBack();
        assertThat(live.commits().isUnfinished()).isTrue();
        assertThat(isThereAfterCollecting()).isTrue();
        live.commits().abandon();
        assertThat(isThereAfterCollecting()).isFalse();
    }
}
