package org.elanus.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.elanus.core.catalog.IndexEntry.IndexFile;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataTransaction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ManifestCommitTest extends CatalogTestBase {

    private static final DeletesEntry DELETES = new DeletesEntry("deletes/1", 10, -5, 3, 99);

    private long id;
    private long partition;

    @BeforeEach
    void createCollection() {
        id = catalog.create(DB, spec("c")).id();
        partition = catalog.get(id).partition("").id();
    }

    private static IndexEntry built(long indexId, String file) {
        return new IndexEntry(indexId, "HNSW", 1, List.of(new IndexFile("graph", file, 1L << 40, -1)));
    }

    private List<Long> segments() {
        return catalog.manifest(id).segments().stream().map(SegmentEntry::id).toList();
    }

    @Test
    void editsAreAppliedAndPersisted() {
        long index = index("c").id();
        Manifest first = catalog.commit(
                id,
                ManifestEdit.builder()
                        .add(segment(12, partition))
                        .add(segment(3, partition))
                        .checkpoint("elanus-0", checkpoint(7))
                        .build());
        assertThat(first.version()).isEqualTo(1);
        assertThat(segments()).containsExactly(3L, 12L);
        catalog.commit(
                id,
                ManifestEdit.builder()
                        .setDeletes(3, DELETES)
                        .addIndex(3, built(index, "i"))
                        .build());
        SegmentEntry changed = catalog.manifest(id).segment(3).orElseThrow();
        assertThat(changed)
                .isEqualTo(segment(3, partition).withDeletes(DELETES).withIndexes(List.of(built(index, "i"))));
        catalog.commit(
                id,
                ManifestEdit.builder()
                        .remove(12)
                        .remove(3)
                        .add(segment(20, partition))
                        .build());
        assertThat(segments()).containsExactly(20L);
        assertThat(catalog.manifest(id).version()).isEqualTo(3);
        assertThat(open().manifest(id)).isEqualTo(catalog.manifest(id));
    }

    @Test
    void editIsRebasedOnTheNewestManifest() {
        catalog.commit(
                id,
                ManifestEdit.builder()
                        .add(segment(1, partition))
                        .add(segment(2, partition))
                        .build());
        Catalog other = open();
        other.commit(
                id, ManifestEdit.builder().add(segment(3, partition)).remove(1).build());
        // This catalog may not have heard of it.
        Manifest both = catalog.commit(
                id, ManifestEdit.builder().add(segment(4, partition)).remove(2).build());
        assertThat(both.segments()).extracting(SegmentEntry::id).containsExactly(3L, 4L);
        assertThat(both.version()).isEqualTo(3);
    }

    @Test
    void goneInputSegmentIsAConflict() {
        catalog.commit(id, ManifestEdit.builder().add(segment(1, partition)).build());
        catalog.commit(
                id, ManifestEdit.builder().remove(1).add(segment(2, partition)).build());
        assertFails(
                StandardErrorCode.CONFLICT,
                () -> catalog.commit(
                        id,
                        ManifestEdit.builder()
                                .remove(1)
                                .add(segment(3, partition))
                                .build()),
                "segment 1");
        assertFails(
                StandardErrorCode.CONFLICT,
                () -> catalog.commit(
                        id, ManifestEdit.builder().setDeletes(1, DELETES).build()),
                "segment 1");
        assertFails(
                StandardErrorCode.CONFLICT,
                () -> catalog.commit(
                        id, ManifestEdit.builder().addIndex(1, built(1, "i")).build()),
                "segment 1");
        assertThat(segments()).containsExactly(2L);
        assertThat(catalog.manifest(id).version()).isEqualTo(2);
    }

    @Test
    void droppedCollectionIsAConflict() {
        Catalog other = open();
        other.drop(DB, "c");
        assertFails(
                StandardErrorCode.CONFLICT,
                () -> catalog.commit(
                        id, ManifestEdit.builder().add(segment(1, partition)).build()));
        assertThat(store.list("manifest/")).isEmpty();
    }

    @Test
    void repeatedEditChangesNothing() {
        ManifestEdit edit = ManifestEdit.builder()
                .add(segment(1, partition))
                .checkpoint("elanus-0", checkpoint(2))
                .build();
        Manifest first = catalog.commit(id, edit);
        assertThat(catalog.commit(id, edit)).isEqualTo(first);
        assertFails(
                StandardErrorCode.INTERNAL,
                () -> catalog.commit(
                        id,
                        ManifestEdit.builder()
                                .add(segment(1, partition))
                                .add(segment(2, partition))
                                .build()),
                "segment 1");
    }

    @Test
    void nothingIsAddedToAPartitionThatWasDroppedSince() {
        long dropped = catalog.createPartition(DB, "c", "p").partition("p").id();
        ManifestEdit edit = ManifestEdit.builder()
                .add(segment(1, dropped))
                .add(segment(2, partition))
                .checkpoint("elanus-0", checkpoint(2))
                .build();
        ManifestEdit never = ManifestEdit.builder()
                .add(segment(3, dropped))
                .add(segment(4, partition))
                .checkpoint("elanus-0", checkpoint(3))
                .build();
        ManifestEdit merge =
                ManifestEdit.builder().remove(1).add(segment(5, dropped)).build();
        catalog.commit(id, edit);
        catalog.dropPartition(DB, "c", "p");
        Manifest after = catalog.manifest(id);
        assertThat(catalog.commit(id, edit)).as("repeated").isEqualTo(after);
        assertThat(catalog.commit(id, merge)).as("of a segment that is gone").isEqualTo(after);
        catalog.commit(id, never);
        assertThat(segments()).containsExactly(2L, 4L);
        assertThat(catalog.manifest(id).checkpoints()).containsEntry("elanus-0", checkpoint(3));
    }

    @Test
    void checkpointsNeverGoBack() {
        catalog.commit(
                id,
                ManifestEdit.builder()
                        .checkpoint("elanus-0", checkpoint(5))
                        .checkpoint("elanus-1", checkpoint(5))
                        .build());
        Manifest after = catalog.commit(
                id,
                ManifestEdit.builder()
                        .checkpoint("elanus-0", checkpoint(4))
                        .checkpoint("elanus-1", checkpoint(6))
                        .build());
        assertThat(after.checkpoints())
                .containsEntry("elanus-0", checkpoint(5))
                .containsEntry("elanus-1", checkpoint(6));
        assertThat(after.version()).isEqualTo(2);
        Manifest same = catalog.commit(
                id, ManifestEdit.builder().checkpoint("elanus-0", checkpoint(1)).build());
        assertThat(same.version()).as("nothing to commit").isEqualTo(2);
    }

    @Test
    void indexesAreReplacedAndDropped() {
        long index = index("c").id();
        catalog.commit(
                id,
                ManifestEdit.builder()
                        .add(segment(1, partition))
                        .addIndex(1, built(index, "old"))
                        .add(segment(2, partition))
                        .build());
        catalog.commit(
                id, ManifestEdit.builder().addIndex(1, built(index, "new")).build());
        assertThat(catalog.manifest(id).segment(1).orElseThrow().indexes()).containsExactly(built(index, "new"));
        catalog.dropIndex(DB, "c", "vector");
        assertThat(catalog.manifest(id).segment(1).orElseThrow().indexes()).isEmpty();
        // A build that ends after the drop leaves nothing behind.
        catalog.commit(
                id, ManifestEdit.builder().addIndex(2, built(index, "late")).build());
        assertThat(catalog.manifest(id).segment(2).orElseThrow().indexes()).isEmpty();
    }

    @Test
    void commitWritesWhatItChangedOnly() {
        ManifestEdit.Builder many = ManifestEdit.builder();
        for (int i = 1; i <= 5_000; i++) {
            many.add(segment(i, partition));
        }
        catalog.commit(id, many.build());
        catalog.commit(id, ManifestEdit.builder().setDeletes(77, DELETES).build());
        assertThat(store.lastCommitted().writes())
                .extracting(MetadataTransaction.Write::key)
                .containsExactlyInAnyOrder("manifest/" + id + "/head", "manifest/" + id + "/segment/77");
        assertThat(open().manifest(id)).isEqualTo(catalog.manifest(id));
        catalog.drop(DB, "c");
        assertThat(store.list("manifest/")).isEmpty();
    }

    @Test
    void concurrentCommittersLoseNothing() throws Exception {
        List<Catalog> catalogs = List.of(catalog, open(), open());
        int commits = 30;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                int first = thread * commits + 1;
                Catalog own = catalogs.get(thread % catalogs.size());
                running.add(executor.submit(() -> {
                    for (int i = first; i < first + commits; i++) {
                        Manifest seen = own.commit(
                                id,
                                ManifestEdit.builder()
                                        .add(segment(i, partition))
                                        .build());
                        assertThat(seen.segment(i)).isPresent();
                        if (i % 3 == 0) {
                            own.commit(id, ManifestEdit.builder().remove(i).build());
                        }
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        Manifest last = open().manifest(id);
        assertThat(last.segments()).hasSize(6 * commits - 6 * commits / 3);
        assertThat(last.version()).isEqualTo(6 * commits + 6 * commits / 3);
    }
}
