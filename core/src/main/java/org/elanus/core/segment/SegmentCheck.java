package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.elanus.core.catalog.DeletesEntry;
import org.elanus.core.catalog.IndexDefinition;
import org.elanus.core.catalog.IndexEntry;
import org.elanus.core.catalog.IndexEntry.IndexFile;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.index.OpenIndex;
import org.elanus.core.index.OpenScalarIndex;
import org.elanus.core.runtime.Checksums;
import org.elanus.core.segment.SegmentFormat.Block;
import org.elanus.core.segment.SegmentFormat.BlockKind;
import org.elanus.core.segment.SegmentFormat.StoredColumn;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.VariableColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.storage.ObjectStore;

/** Reads everything that belongs to a sealed segment and checks every checksum and reference, without serving. */
public final class SegmentCheck {

    private static final int PIECE_BYTES = 1 << 20;
    /** A broken column must not drown the rest of the report. */
    private static final int FINDINGS_PER_BLOCK = 5;

    private final ObjectStore store;
    private final SegmentEntry entry;
    private final List<Finding> findings = new ArrayList<>();

    private SegmentCheck(ObjectStore store, SegmentEntry entry) {
        this.store = store;
        this.entry = entry;
    }

    /**
     * What is wrong.
     *
     * @param position the byte in the object; -1 when it concerns the whole
     * @param unreadable whether the store failed rather than the content: what is there may be sound
     */
    public record Finding(String key, long position, String problem, boolean unreadable) {

        public Finding(String key, long position, String problem) {
            this(key, position, problem, false);
        }
    }

    /**
     * Checks one segment; an empty list means that all is well.
     *
     * @param definitions of the collection's indexes; an index without one is reported
     */
    public static List<Finding> check(
            ObjectStore store,
            SegmentEntry entry,
            CollectionSchema schema,
            List<IndexDefinition> definitions,
            IndexTypes types) {
        SegmentCheck check = new SegmentCheck(store, entry);
        for (IndexEntry index : entry.indexes()) {
            check.checkFiles(index);
        }
        DeletesEntry deletes = entry.deletes();
        if (deletes != null) {
            check.guarded(deletes.key(), () -> DeletesFile.read(store, deletes, entry.id(), entry.rows()));
        }
        check.guarded(entry.dataKey(), () -> {
            // The deletes were checked above; without them a broken deletes object does not hide what else is broken.
            SegmentEntry bare = new SegmentEntry(
                    entry.id(),
                    entry.partitionId(),
                    entry.shard(),
                    entry.rows(),
                    entry.minTimestamp(),
                    entry.maxTimestamp(),
                    entry.dataKey(),
                    entry.dataBytes(),
                    entry.dataChecksum(),
                    null,
                    entry.indexes());
            try (SealedSegment segment = SealedSegment.open(store, bare, schema, types)) {
                boolean intact = check.checkBlocks(segment.file());
                check.checkContent(segment.file());
                if (intact) {
                    check.checkIndexes(segment, definitions);
                }
            }
        });
        return check.findings;
    }

    /** Checks the bytes of one index of a segment; an empty list means that they are what was written. */
    public static List<Finding> checkFiles(ObjectStore store, SegmentEntry entry, IndexEntry index) {
        SegmentCheck check = new SegmentCheck(store, entry);
        check.checkFiles(index);
        return check.findings;
    }

    private void guarded(String key, Runnable part) {
        try {
            part.run();
        } catch (ElanusException e) {
            findings.add(new Finding(
                    key, -1, String.valueOf(e.getMessage()), e.code() == StandardErrorCode.IO_FAILURE));
        } catch (RuntimeException e) {
            find(key, -1, "cannot be checked: " + e);
        }
    }

    private void find(String key, long position, String problem) {
        findings.add(new Finding(key, position, problem));
    }

    /** Checksums of blocks, and zeros between them. */
    private boolean checkBlocks(SegmentFile file) {
        boolean intact = true;
        for (Block block : file.blocks) {
            MemorySegment content = file.bytes.asSlice(block.offset(), block.length());
            if (Checksums.crc32c(content) != block.checksum()) {
                find(file.key, block.offset(), describe(file, block) + " has a wrong checksum");
                intact = false;
            }
            long end = SegmentFormat.align(block.offset() + block.length());
            for (long at = block.offset() + block.length(); at < end; at++) {
                if (file.bytes.get(ValueLayout.JAVA_BYTE, at) != 0) {
                    find(file.key, at, "the gap behind " + describe(file, block) + " is not zero");
                    break;
                }
            }
        }
        return intact;
    }

    private static String describe(SegmentFile file, Block block) {
        return block.column() < 0
                ? "block " + block.kind()
                : "block " + block.kind() + " of field '"
                        + file.header.columns().get(block.column()).name() + "'";
    }

    private void checkContent(SegmentFile file) {
        for (int i = 0; i < file.header.columns().size(); i++) {
            StoredColumn stored = file.header.columns().get(i);
            if (file.column(stored.name()) instanceof VariableColumn column) {
                checkOffsets(file, column, i, stored);
            }
        }
        checkTimestamps(file);
        checkKeys(file);
    }

    private void checkOffsets(SegmentFile file, VariableColumn column, int ordinal, StoredColumn stored) {
        Block block = file.block(BlockKind.OFFSETS, ordinal);
        long base = block == null ? -1 : block.offset();
        int found = 0;
        for (int row = 0; row < column.rows() && found < FINDINGS_PER_BLOCK; row++) {
            if (column.length(row) < 0 || column.start(row) < 0) {
                find(file.key, base + 4L * row, "offsets of field '" + stored.name() + "' decrease at row " + row);
                found++;
            }
        }
    }

    private void checkTimestamps(SegmentFile file) {
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int row = 0; row < entry.rows(); row++) {
            long timestamp = file.timestamps.getLong(row);
            min = Math.min(min, timestamp);
            max = Math.max(max, timestamp);
        }
        if (entry.rows() > 0 && (min != entry.minTimestamp() || max != entry.maxTimestamp())) {
            Block block = file.block(BlockKind.TIMESTAMPS, -1);
            find(
                    file.key,
                    block == null ? -1 : block.offset(),
                    "timestamps reach from " + min + " to " + max + ", not from " + entry.minTimestamp() + " to "
                            + entry.maxTimestamp());
        }
    }

    private void checkKeys(SegmentFile file) {
        SealedKeyIndex index = file.keyIndex;
        Block keys = file.block(BlockKind.KEYS, -1);
        Block keyRows = file.block(BlockKind.KEY_ROWS, -1);
        long keysAt = keys == null ? -1 : keys.offset();
        long rowsAt = keyRows == null ? -1 : keyRows.offset();
        BitSet seen = new BitSet(entry.rows());
        int found = 0;
        for (int i = 0; i < entry.rows() && found < FINDINGS_PER_BLOCK; i++) {
            int row = index.row(i);
            long number = index.key(i);
            String problem = null;
            long position = keysAt + 8L * i;
            if (row < 0 || row >= entry.rows() || seen.get(row)) {
                problem = "the key index names row " + row + " of " + entry.rows() + " wrongly or twice";
                position = rowsAt + 4L * i;
            } else if (i > 0 && index.key(i - 1) > number) {
                problem = "the key index is out of order at entry " + i;
            } else if (keyNumber(file, row) != number) {
                problem = "the key index has another key than row " + row;
            } else if (!BloomFilter.mayContain(index.bloom(), number)) {
                problem = "the Bloom filter does not know the key of row " + row;
            }
            if (problem != null) {
                find(file.key, position, problem);
                found++;
            } else {
                seen.set(row);
            }
        }
    }

    /** The number of a row's key; whatever the key is not where its offsets say. */
    private static long keyNumber(SegmentFile file, int row) {
        if (file.keys instanceof VariableColumn text
                && (text.start(row) < 0
                        || text.length(row) < 0
                        || (long) text.start(row) + text.length(row)
                                > text.bytes().byteSize())) {
            return 0;
        }
        return KeyHash.of(file.keys, row);
    }

    private void checkFiles(IndexEntry index) {
        for (IndexFile file : index.files()) {
            guarded(file.key(), () -> {
                OptionalLong size = store.size(file.key());
                if (size.isEmpty()) {
                    find(file.key(), -1, "index object is missing");
                } else if (size.getAsLong() != file.bytes()) {
                    find(
                            file.key(),
                            size.getAsLong(),
                            "index object has " + size.getAsLong() + " bytes, but " + file.bytes() + " were written");
                } else if (checksum(file) != file.checksum()) {
                    find(file.key(), 0, "index object has a wrong checksum");
                }
            });
        }
    }

    private int checksum(IndexFile file) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment piece = arena.allocate(Math.min(PIECE_BYTES, Math.max(1, file.bytes())), 64);
            CRC32C checksum = new CRC32C();
            for (long at = 0; at < file.bytes(); at += PIECE_BYTES) {
                MemorySegment part = piece.asSlice(0, Math.min(PIECE_BYTES, file.bytes() - at));
                store.read(file.key(), at, part);
                Checksums.update(checksum, part);
            }
            return (int) checksum.getValue();
        }
    }

    private void checkIndexes(SealedSegment segment, List<IndexDefinition> definitions) {
        for (IndexEntry index : entry.indexes()) {
            String key = index.files().isEmpty()
                    ? entry.dataKey()
                    : index.files().getFirst().key();
            IndexDefinition definition = definitions.stream()
                    .filter(candidate -> candidate.id() == index.indexId())
                    .findFirst()
                    .orElse(null);
            if (definition == null) {
                find(key, -1, "belongs to index " + index.indexId() + ", which is not defined");
            } else if (index.files().stream().noneMatch(file -> isReported(file.key()))) {
                guarded(key, () -> checkIndex(segment, index, definition));
            }
        }
    }

    private static void checkIndex(SealedSegment segment, IndexEntry index, IndexDefinition definition) {
        if (IndexTypes.isScalar(index.type())) {
            try (OpenScalarIndex opened = segment.openScalar(index, definition)) {
                opened.index().checkIntegrity();
            }
        } else {
            try (OpenIndex opened = segment.open(index, definition)) {
                opened.checkIntegrity();
            }
        }
    }

    private boolean isReported(String key) {
        return findings.stream().anyMatch(finding -> finding.key().equals(key));
    }
}
