package org.elanus.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.IndexEntry;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.index.ToyIndexType;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.runtime.Cancellation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SealedIndexesTest {

    private final MemoryObjectStore store = new MemoryObjectStore();
    private final Registry registry = new Registry();
    private final IndexTypes types = new IndexTypes(registry);
    private final ToyIndexType toy = new ToyIndexType("TOY", Set.of(DataType.FLOAT_VECTOR));
    private final CollectionSchema schema = SegmentSamples.everyType(DataType.INT64);
    private final IndexDefinition definition = definition(50, "TOY");
    private Registry.Registration registration;
    private SegmentEntry entry;
    private SealedSegment segment;

    private static IndexDefinition definition(long id, String type) {
        return new IndexDefinition(
                id, new IndexSpec("float_vector", "v", type, "L2", Map.of()), type, Map.of("M", "8"), 1);
    }

    @BeforeEach
    void open() {
        registration = registry.register(VectorIndexType.class, "TOY", toy, "toys");
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, schema, bytes -> {})) {
            growing.append(SegmentSamples.rows(schema, 0, 2000, new Random(1)), 5);
            entry = SegmentSamples.flush(store, growing, schema, 3);
        }
        segment = SealedSegment.open(store, entry, schema, types);
    }

    @AfterEach
    void nothingStaysOpen() {
        segment.close();
        assertThat(toy.open).hasValue(0);
        assertThat(registration.leases()).isZero();
    }

    private IndexEntry build() {
        return segment.buildIndex(definition, "segments/3/index-50", Runnable::run, 1, Cancellation.NONE);
    }

    @Test
    void builtIndexIsSearched() {
        IndexEntry built = build();
        assertThat(built.type()).isEqualTo("TOY");
        assertThat(built.formatVersion()).isEqualTo(3);
        assertThat(built.files()).extracting(IndexEntry.IndexFile::name).containsExactly("graph", "levels");
        assertThat(built.files())
                .extracting(IndexEntry.IndexFile::key)
                .containsExactly("segments/3/index-50/graph", "segments/3/index-50/levels");
        try (SegmentView before = segment.view(schema, 5)) {
            segment.addIndex(built, definition);
            assertThat(before.index("float_vector")).isNull();
        }
        try (SegmentView view = segment.view(schema, 5)) {
            SegmentIndex index = view.index("float_vector");
            assertThat(index).isNotNull();
            assertThat(view.index("int8_vector")).isNull();
            VectorSearcher searcher = index.borrow();
            FixedColumn vectors = (FixedColumn) view.chunkOf(0).column("float_vector");
            Hits hits = new Hits();
            searcher.search(vectors.slice(77), null, 1, Map.of(), hits, Cancellation.NONE);
            assertThat(hits.size()).isEqualTo(1);
            index.giveBack(searcher);
            assertThat(index.borrow()).isSameAs(searcher);
        }
    }

    @Test
    void droppedIndexLivesUntilItsLastView() {
        segment.addIndex(build(), definition);
        SegmentView view = segment.view(schema, 5);
        segment.dropIndex(50);
        segment.dropIndex(50);
        assertThat(segment.hasIndex(50)).isFalse();
        assertThat(toy.open).hasValue(1);
        try (SegmentView later = segment.view(schema, 5)) {
            assertThat(later.index("float_vector")).isNull();
        }
        segment.close();
        assertThat(view.index("float_vector")).isNotNull();
        view.close();
        assertThat(toy.open).hasValue(0);
    }

    @Test
    void openingAgainOpensOnceAndReplacesTheFieldsIndex() {
        IndexEntry built = build();
        segment.close();
        segment = SealedSegment.open(store, entry.withIndexes(List.of(built)), schema, types);
        assertThat(toy.open).hasValue(0);
        segment.openIndexes(List.of(definition, definition(51, "TOY")));
        segment.openIndexes(List.of(definition));
        assertThat(toy.open).hasValue(1);
        segment.addIndex(built, definition);
        assertThat(toy.open).hasValue(1);
        segment.closeIndexes();
        assertThat(toy.open).hasValue(0);
    }

    @Test
    void failedAndCancelledBuildsLeaveNothingBehind() {
        List<String> before = store.keys();
        toy.failure = new IllegalStateException("toys break");
        assertThatThrownBy(this::build)
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.PLUGIN_FAILED))
                .hasMessageContainingAll("TOY", "toys break");
        toy.failure = null;
        assertThatThrownBy(() -> segment.buildIndex(definition, "segments/3/index-50", Runnable::run, 1, () -> true))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CANCELLED));
        assertThat(store.keys()).isEqualTo(before);
        assertThatThrownBy(() -> segment.buildIndex(
                        definition(1, "NOPE"), "segments/3/index-1", Runnable::run, 1, Cancellation.NONE))
                .hasMessageContainingAll("NOPE", "FLAT, TOY");
    }

    @Test
    void brokenIndexesAreRefusedAndFoundByTheCheck() {
        IndexEntry built = build();
        SegmentEntry withIndex = entry.withIndexes(List.of(built));
        String graph = built.files().get(0).key();
        String levels = built.files().get(1).key();
        assertThat(check(withIndex)).isEmpty();
        byte[] good = store.get(graph);
        for (int at = 0; at < good.length; at++) {
            store.put(graph, good);
            store.flipBit(graph, at * 8L);
            assertThat(check(withIndex))
                    .singleElement()
                    .satisfies(f -> assertThat(f.key()).isEqualTo(graph));
        }
        assertThatThrownBy(() -> {
                    store.put(graph, good);
                    store.flipBit(graph, 0);
                    segment.addIndex(built, definition);
                })
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT));
        store.put(graph, new byte[99]);
        assertThat(check(withIndex)).isNotEmpty();
        assertThatThrownBy(() -> segment.addIndex(built, definition)).hasMessageContainingAll(graph, "99", "100");
        store.delete(graph);
        assertThat(check(withIndex)).isNotEmpty();
        assertThatThrownBy(() -> segment.addIndex(built, definition)).hasMessageContainingAll(graph, "missing");
        store.put(graph, good);
        // Checksums right, content wrong: what the type itself checks.
        byte[] wrong = new byte[100];
        store.put(levels, wrong);
        IndexEntry forged = new IndexEntry(
                50,
                "TOY",
                3,
                List.of(
                        built.files().get(0),
                        new IndexEntry.IndexFile(
                                "levels",
                                levels,
                                100,
                                org.elanus.core.runtime.Checksums.crc32c(
                                        java.lang.foreign.MemorySegment.ofArray(wrong)))));
        assertThat(check(entry.withIndexes(List.of(forged))))
                .singleElement()
                .satisfies(f -> assertThat(f.problem()).contains("'levels'"));
        assertThatThrownBy(() -> segment.addIndex(new IndexEntry(50, "TOY", 4, built.files()), definition))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.UNSUPPORTED));
    }

    @Test
    void anIndexWithoutDefinitionIsFound() {
        SegmentEntry withIndex = entry.withIndexes(List.of(build()));
        assertThat(SegmentCheck.check(store, withIndex, schema, List.of(), types))
                .singleElement()
                .satisfies(f -> assertThat(f.problem()).contains("index 50"));
    }

    private List<SegmentCheck.Finding> check(SegmentEntry checked) {
        return SegmentCheck.check(store, checked, schema, List.of(definition), types);
    }
}
