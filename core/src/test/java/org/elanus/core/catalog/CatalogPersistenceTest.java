package org.elanus.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.elanus.core.catalog.VolatileMetadataStore.Failure;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.SystemClock;
import org.elanus.core.runtime.SystemRandomness;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The catalog and its store: what is kept, who wins, and what happens when the store fails. */
final class CatalogPersistenceTest extends CatalogTestBase {

    @Test
    void namesOfPropertiesAreReadAgainHoweverLong() {
        String name = "k".repeat(60_000);
        catalog.createDatabase("d", Map.of(name, "v"));
        catalog.create(DB, spec("c"));
        catalog.alterProperties(DB, "c", Map.of(name, "v"), List.of());
        catalog.alterProperties(DB, "c", Map.of("x", "y"), List.of());
        Catalog again = open();
        assertThat(again.database("d").properties()).containsOnlyKeys(name);
        assertThat(again.get(DB, "c").info().properties()).containsOnlyKeys(name, "x");
        again.drop(DB, "c");
    }

    @Test
    void reopenedCatalogIsTheSame() {
        catalog.createDatabase("d", Map.of("database.max.collections", "7"));
        FieldSchema array = new FieldSchema(
                0,
                "array",
                "numbers",
                DataType.ARRAY,
                DataType.INT16,
                false,
                false,
                true,
                false,
                false,
                false,
                null,
                Map.of("max_capacity", "4"));
        FieldSchema tenant = new FieldSchema(
                0,
                "tenant",
                "",
                DataType.VARCHAR,
                null,
                false,
                false,
                false,
                true,
                true,
                false,
                "none",
                Map.of("max_length", "9", "mmap.enabled", "true"));
        CollectionSchema schema = new CollectionSchema(
                "über \"alles\"",
                List.of(
                        FieldSchema.primaryKey("id", DataType.VARCHAR, true),
                        vector(),
                        array,
                        tenant,
                        with(FieldSchema.of("flag", DataType.BOOL), true, Map.of()),
                        with(FieldSchema.of("number", DataType.INT64), Long.MAX_VALUE, Map.of()),
                        with(FieldSchema.of("real", DataType.DOUBLE), 0.1, Map.of())),
                true);
        catalog.create("d", new CollectionSpec("c", schema, 3, 2, Consistency.Level.STRONG, Map.of("k", "ü", "a", "")));
        catalog.createAlias("d", "c", "x");
        catalog.createIndex(
                "d",
                "c",
                new org.elanus.spi.database.IndexSpec("vector", "v", "", "L2", Map.of("M", "4")),
                "HNSW",
                Map.of("M", "4"));
        catalog.load("d", "c", List.of("_default_1"));
        catalog.create(DB, spec("plain"));
        Catalog again = open();
        assertThat(again.clusterId()).isEqualTo(catalog.clusterId()).hasSize(32);
        assertThat(again.physicalChannels()).isEqualTo(catalog.physicalChannels());
        assertThat(again.databases()).isEqualTo(catalog.databases());
        assertThat(again.all()).containsExactlyInAnyOrderElementsOf(catalog.all());
        assertThat(again.get("d", "x").info().schema())
                .isEqualTo(catalog.get("d", "c").info().schema());
        assertThat(again.get("d", "c").info().aliases()).containsExactly("x");
    }

    @Test
    void physicalChannelsAreFixedAtCreation() {
        Catalog again = Catalog.open(store, clock, new SystemRandomness(), 16);
        assertThat(again.physicalChannels()).containsExactly("elanus-0", "elanus-1");
        again.close();
    }

    @Test
    void clockObservesWhatIsPersisted() {
        long ahead = clock.next() + (1L << 40);
        long id = catalog.create(DB, spec("c")).id();
        catalog.commit(
                id,
                ManifestEdit.builder()
                        .add(segment(1, partition(id)).withDeletes(new DeletesEntry("d", 1, 1, 1, ahead)))
                        .build());
        HybridClock fresh = new HybridClock(new SystemClock());
        Catalog.open(store, fresh, new SystemRandomness(), 2).close();
        assertThat(fresh.next()).isGreaterThan(ahead);
    }

    @Test
    void idsAreNeverGivenTwice() throws Exception {
        List<Catalog> catalogs = List.of(catalog, open());
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        inParallel(4, thread -> {
            for (int i = 0; i < 3_000; i++) {
                assertThat(seen.add(catalogs.get(thread % 2).nextId())).isTrue();
            }
        });
        long first = catalog.nextIds(5_000);
        for (long id = first; id < first + 5_000; id++) {
            assertThat(seen.add(id)).isTrue();
        }
        assertThat(seen.add(open().nextId())).as("after a restart").isTrue();
        assertThat(seen).allMatch(id -> id >= 100);
    }

    @Test
    void epochsAreNeverGivenTwice() throws Exception {
        List<Catalog> catalogs = List.of(catalog, open());
        assertThat(catalog.epoch("elanus-0")).isZero();
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        inParallel(4, thread -> {
            for (int i = 0; i < 50; i++) {
                assertThat(seen.add(catalogs.get(thread % 2).raiseEpoch("elanus-0")))
                        .isTrue();
            }
        });
        assertThat(seen).hasSize(200).contains(1L, 200L);
        assertThat(catalog.epoch("elanus-0")).isEqualTo(200);
        assertThat(catalog.raiseEpoch("elanus-1")).isEqualTo(1);
        assertInvalid(() -> catalog.raiseEpoch("elanus-2"), "elanus-2", "elanus-1");
    }

    @ParameterizedTest
    @EnumSource(names = {"BEFORE", "AFTER", "AFTER_AND_READ"})
    void unknownOutcomeNeverGivesANumberTwice(Failure failure) {
        long epoch = catalog.raiseEpoch("elanus-0");
        store.failNextCommit(failure);
        long next;
        try {
            next = catalog.raiseEpoch("elanus-0");
        } catch (ElanusException e) {
            assertThat(failure).isEqualTo(Failure.AFTER_AND_READ);
            next = catalog.raiseEpoch("elanus-0");
        }
        assertThat(next).isGreaterThan(epoch);
        assertThat(catalog.epoch("elanus-0")).isEqualTo(next);
    }

    // Two processes

    @Test
    void changesOfAnotherProcessArrive() {
        Catalog other = open();
        long id = other.create(DB, spec("c")).id();
        await(() -> catalog.find(DB, "c").isPresent());
        other.commit(id, ManifestEdit.builder().add(segment(1, partition(id))).build());
        await(() -> catalog.manifest(id).version() == 1);
        assertThat(catalog.manifest(id)).isEqualTo(other.manifest(id));
        other.createAlias(DB, "c", "x");
        await(() -> catalog.find(DB, "x").isPresent());
        assertThat(catalog.get(id).info().aliases()).containsExactly("x");
        other.dropAlias(DB, "x");
        other.drop(DB, "c");
        await(() -> catalog.find(DB, "c").isEmpty());
    }

    @Test
    void oneOfManyCreatorsWins() throws Exception {
        List<Catalog> catalogs = List.of(catalog, open(), open());
        Set<Long> ids = ConcurrentHashMap.newKeySet();
        inParallel(6, thread -> {
            for (int i = 0; i < 20; i++) {
                ids.add(catalogs.get(thread % 3).create(DB, spec("c" + i)).id());
            }
        });
        assertThat(ids).hasSize(20);
        assertThat(open().all()).hasSize(20);
    }

    @Test
    void oneNameGoesToOneCollectionOrAlias() throws Exception {
        catalog.create(DB, spec("target"));
        List<Catalog> catalogs = List.of(catalog, open());
        List<String> won = java.util.Collections.synchronizedList(new ArrayList<>());
        inParallel(2, thread -> {
            for (int i = 0; i < 30; i++) {
                try {
                    if (thread == 0) {
                        catalogs.get(0).create(DB, spec("n" + i));
                    } else {
                        catalogs.get(1).createAlias(DB, "target", "n" + i);
                    }
                    won.add("n" + i);
                } catch (ElanusException e) {
                    assertThat(e.code()).isEqualTo(StandardErrorCode.ALIAS_NAME_CONFLICT);
                }
            }
        });
        assertThat(won).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void droppedCollectionLeavesNoAliasBehind() throws Exception {
        List<Catalog> catalogs = List.of(catalog, open());
        for (int round = 0; round < 20; round++) {
            catalog.create(DB, spec("c"));
            await(() -> catalogs.get(1).find(DB, "c").isPresent());
            int now = round;
            inParallel(2, thread -> {
                try {
                    if (thread == 0) {
                        catalogs.get(0).drop(DB, "c");
                    } else {
                        catalogs.get(1).createAlias(DB, "c", "x" + now);
                    }
                } catch (ElanusException e) {
                    assertThat(e.code())
                            .isIn(StandardErrorCode.INVALID_ARGUMENT, StandardErrorCode.COLLECTION_NOT_FOUND);
                }
            });
            Catalog fresh = open();
            boolean there = fresh.find(DB, "c").isPresent();
            assertThat(fresh.find(DB, "x" + now).isPresent()).isEqualTo(there);
            if (there) {
                fresh.dropAlias(DB, "x" + now);
                fresh.drop(DB, "c");
            }
            fresh.close();
            await(() -> catalog.find(DB, "c").isEmpty());
        }
    }

    @Test
    void droppedDatabaseLeavesNoCollectionBehind() throws Exception {
        List<Catalog> catalogs = List.of(catalog, open());
        for (int round = 0; round < 20; round++) {
            String database = "d" + round;
            catalog.createDatabase(database, Map.of());
            await(() -> catalogs.get(1).hasDatabase(database));
            inParallel(2, thread -> {
                try {
                    if (thread == 0) {
                        catalogs.get(0).dropDatabase(database);
                    } else {
                        catalogs.get(1).create(database, spec("c"));
                    }
                } catch (ElanusException e) {
                    assertThat(e.code()).isIn(StandardErrorCode.INVALID_ARGUMENT, StandardErrorCode.DATABASE_NOT_FOUND);
                }
            });
            boolean there = open().hasDatabase(database);
            assertThat(store.list("name/" + database + "/").isEmpty()).isEqualTo(!there);
        }
    }

    // A store that fails

    @Test
    void failedCommitChangesNothing() {
        // Takes a range of ids, whose commit would be the one that fails.
        catalog.nextId();
        store.failNextCommit(Failure.BEFORE);
        assertFails(StandardErrorCode.IO_FAILURE, () -> catalog.createDatabase("d", Map.of()));
        assertThat(catalog.hasDatabase("d")).isFalse();
        catalog.createDatabase("d", Map.of());
        assertThat(open().hasDatabase("d")).isTrue();
    }

    @Test
    void commitThatTookEffectInSpiteOfAFailureCounts() {
        long id = catalog.create(DB, spec("c")).id();
        store.failNextCommit(Failure.AFTER);
        Manifest manifest = catalog.commit(
                id, ManifestEdit.builder().add(segment(1, partition(id))).build());
        assertThat(manifest.version()).isEqualTo(1);
        store.failNextCommit(Failure.AFTER);
        assertThat(catalog.drop(DB, "c")).isPresent();
        assertThat(open().all()).isEmpty();
    }

    @Test
    void unknownOutcomeIsReadBeforeTheNextChange() {
        long id = catalog.create(DB, spec("c")).id();
        ManifestEdit edit =
                ManifestEdit.builder().add(segment(1, partition(id))).build();
        store.failNextCommit(Failure.AFTER_AND_READ);
        assertFails(StandardErrorCode.IO_FAILURE, () -> catalog.commit(id, edit));
        // The same edit again finds that it was committed.
        assertThat(catalog.commit(id, edit).version()).isEqualTo(1);
    }

    // The format

    @Test
    void unknownMembersAreSkipped() {
        CollectionEntry entry = catalog.create(DB, spec("c"));
        String key = "collection/" + entry.id();
        String json = new String(store.get(key).orElseThrow().value(), StandardCharsets.UTF_8);
        assertThat(json).startsWith("{\"format\":1,");
        store.put(
                key,
                json.replace("{\"format\":1,", "{\"format\":1,\"later\":{\"a\":[1]},")
                        .getBytes(StandardCharsets.UTF_8));
        store.put("later/kind/of/key", "not even JSON".getBytes(StandardCharsets.UTF_8));
        assertThat(open().get(DB, "c")).isEqualTo(entry);
    }

    @Test
    void valuesThatCannotBeReadAreNamed() {
        long id = catalog.create(DB, spec("c")).id();
        String key = "collection/" + id;
        byte[] good = store.get(key).orElseThrow().value();
        String json = new String(good, StandardCharsets.UTF_8);
        for (String bad : List.of(
                "",
                "no JSON",
                "[]",
                "{}",
                json.substring(0, json.length() / 2),
                json.replace("\"format\":1", "\"format\":2"),
                json.replace("\"BOUNDED\"", "\"LOOSE\""),
                json.replace("\"type\":5", "\"type\":77"),
                json.replace("\"createdAt\":", "\"created\":"))) {
            store.put(key, bad.getBytes(StandardCharsets.UTF_8));
            assertFails(StandardErrorCode.CORRUPT, this::open, "'" + key + "'");
        }
        store.put(key, good);
        store.put("manifest/" + id + "/segment/5", "{\"format\":1}".getBytes(StandardCharsets.UTF_8));
        assertFails(StandardErrorCode.CORRUPT, this::open, "manifest/" + id + "/segment/5");
        store.commit(org.elanus.spi.metadata.MetadataTransaction.builder()
                .delete("manifest/" + id + "/segment/5")
                .delete("manifest/" + id + "/head")
                .put("manifest/" + id + "/segment/6", ManifestFormat.segment(segment(6, 1)))
                .build());
        assertFails(StandardErrorCode.CORRUPT, this::open, "manifest/" + id + "/head");
    }

    // Helpers

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(condition);
    }

    /** The work of one of several threads. */
    private interface Work {
        void of(int thread) throws Exception;
    }

    private static void inParallel(int threads, Work work) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                Callable<Boolean> task = () -> {
                    work.of(thread);
                    return true;
                };
                running.add(executor.submit(task));
            }
            for (Future<?> one : new HashSet<>(running)) {
                one.get();
            }
        }
    }

    private long partition(long id) {
        return catalog.get(id).partition("").id();
    }
}
