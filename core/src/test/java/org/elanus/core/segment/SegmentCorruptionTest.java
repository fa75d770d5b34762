package org.elanus.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.registry.Registry;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SegmentCorruptionTest {

    private static final long SEED = 4711;

    private final MemoryObjectStore store = new MemoryObjectStore();
    private final IndexTypes types = new IndexTypes(new Registry());
    private final CollectionSchema schema = SegmentSamples.everyType(DataType.VARCHAR);
    private SegmentEntry entry;
    private String key;
    private byte[] intact;
    private int headerBytes;
    private int footerStart;

    @BeforeEach
    void write() {
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, schema, bytes -> {})) {
            growing.append(SegmentSamples.rows(schema, 0, 150, new Random(SEED)), 5);
            growing.delete(SegmentSamples.keys(DataType.VARCHAR, 10, 20), 10);
            entry = SegmentSamples.flush(store, growing, schema, 3);
        }
        key = entry.dataKey();
        intact = store.get(key);
        MemorySegment bytes = MemorySegment.ofArray(intact);
        headerBytes = bytes.get(FixedColumn.INT, 12);
        footerStart = (int) bytes.get(FixedColumn.LONG, intact.length - 32);
    }

    @Test
    void everyFlippedBitOfHeaderAndFooterIsFoundWhenOpening() {
        for (long bit = 0; bit < intact.length * 8L; bit++) {
            if (bit == headerBytes * 8L) {
                bit = footerStart * 8L;
            }
            store.put(key, intact);
            store.flipBit(key, bit);
            assertCorrupt(key);
        }
    }

    @Test
    void everyFlippedBitOfTheBlocksIsFoundByTheCheck() {
        Random random = new Random(SEED);
        for (int at = headerBytes; at < footerStart; at += 1 + random.nextInt(5)) {
            store.put(key, intact);
            store.flipBit(key, at * 8L + random.nextInt(8));
            assertThat(check())
                    .as("byte %d", at)
                    .isNotEmpty()
                    .allSatisfy(finding -> assertThat(finding.key()).isEqualTo(key));
        }
    }

    @Test
    void findingsNameBlockAndPosition() {
        SegmentFormat.Block block = block(SegmentFormat.BlockKind.VALUES);
        store.flipBit(key, (block.offset() + 3) * 8);
        assertThat(check()).singleElement().satisfies(finding -> {
            assertThat(finding.position()).isEqualTo(block.offset());
            assertThat(finding.problem()).contains("checksum", "'bool'");
        });
    }

    @Test
    void wrongReferencesAreNamedBesideTheChecksum() {
        store.flipBit(key, block(SegmentFormat.BlockKind.KEY_ROWS).offset() * 8);
        assertThat(check()).anySatisfy(finding -> assertThat(finding.problem()).contains("key index"));
    }

    private SegmentFormat.Block block(SegmentFormat.BlockKind kind) {
        try (SealedSegment segment = SealedSegment.open(store, entry, schema, types)) {
            return segment.file().blocks.stream()
                    .filter(block -> block.kind() == kind)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void cutAndMissingObjectsAreRefused() {
        for (int length = 0; length < intact.length; length += length < 300 ? 1 : 97) {
            store.put(key, Arrays.copyOf(intact, length));
            assertCorrupt(key);
            // Also when the size that was committed is wrong in the same way.
            SegmentEntry shorter = new SegmentEntry(
                    entry.id(),
                    entry.partitionId(),
                    entry.shard(),
                    entry.rows(),
                    entry.minTimestamp(),
                    entry.maxTimestamp(),
                    key,
                    length,
                    entry.dataChecksum(),
                    null,
                    List.of());
            assertThatThrownBy(() -> SealedSegment.open(store, shorter, schema, types))
                    .isInstanceOfSatisfying(
                            ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT));
        }
        store.delete(key);
        assertCorrupt(key);
        assertThat(check()).hasSize(1);
    }

    @Test
    void anotherSegmentsObjectIsRefused() {
        SegmentEntry other;
        try (GrowingSegment growing = new GrowingSegment(1, 7, 0, schema, bytes -> {})) {
            growing.append(SegmentSamples.rows(schema, 0, 150, new Random(SEED)), 5);
            other = SegmentSamples.flush(store, growing, schema, 4);
        }
        store.put(key, store.get(other.dataKey()));
        assertCorrupt(key);
    }

    @Test
    void everyFlippedBitOfDeletesIsFoundWhenOpening() {
        DeletesEntry deletes = entry.deletes();
        assertThat(deletes).isNotNull();
        byte[] good = store.get(deletes.key());
        for (long bit = 0; bit < good.length * 8L; bit++) {
            store.put(deletes.key(), good);
            store.flipBit(deletes.key(), bit);
            assertCorrupt(deletes.key());
        }
        assertThat(check()).singleElement().satisfies(f -> assertThat(f.key()).isEqualTo(deletes.key()));
        for (int length = 0; length < good.length; length++) {
            store.put(deletes.key(), Arrays.copyOf(good, length));
            assertCorrupt(deletes.key());
        }
        store.delete(deletes.key());
        assertCorrupt(deletes.key());
    }

    private List<SegmentCheck.Finding> check() {
        return SegmentCheck.check(store, entry, schema, List.of(), types);
    }

    private void assertCorrupt(String object) {
        assertThatThrownBy(() -> SealedSegment.open(store, entry, schema, types).close())
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CORRUPT))
                .hasMessageContaining(object);
    }
}
