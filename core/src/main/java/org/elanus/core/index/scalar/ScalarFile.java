package org.elanus.core.index.scalar;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.zip.CRC32C;
import org.elanus.core.index.ScalarIndex;
import org.elanus.core.runtime.Checksums;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/** A mapped index file. Opening reads header, footer and checksums, not the terms. */
public final class ScalarFile implements ScalarIndex {

    private final String name;
    private final @Nullable List<Object> path;
    private final MemorySegment file;
    private final MemorySegment footer;
    private final ScalarKind kind;
    private final Values values;
    private final int rows;
    private final int terms;
    private final int postings;
    private final MemorySegment numbers;
    private final @Nullable Texts texts;
    private final MemorySegment starts;
    private final MemorySegment sortedRows;
    private final MemorySegment lists;
    private final MemorySegment listOffsets;
    private final @Nullable ImmutableRoaringBitmap present;
    private final @Nullable ImmutableRoaringBitmap known;
    private final @Nullable ImmutableRoaringBitmap undecided;

    private ScalarFile(String name, MemorySegment file, int rows, @Nullable List<Object> path) {
        this.name = name;
        this.path = path;
        this.file = file;
        this.rows = rows;
        footer = requireFrame();
        kind = ScalarKind.ofNumber(get(ScalarFormat.AT_KIND));
        int number = get(ScalarFormat.AT_VALUES);
        require(number >= 1 && number <= Values.values().length, "unknown values " + number);
        values = Values.values()[number - 1];
        terms = get(ScalarFormat.AT_TERMS);
        postings = get(ScalarFormat.AT_POSTINGS);
        require(get(ScalarFormat.AT_ROWS) == rows, "rows " + get(ScalarFormat.AT_ROWS) + " instead of " + rows);
        require(terms >= 0 && postings >= terms, terms + " terms with " + postings + " postings");
        require((get(ScalarFormat.AT_FLAGS) & ScalarFormat.FLAG_PATH) != 0 == (path != null), "another kind of field");
        boolean text = values == Values.TEXT;
        boolean trie = kind == ScalarKind.TRIE;
        boolean sorted = kind == ScalarKind.STL_SORT;
        numbers = section(Section.NUMBERS, text ? 0 : 8L * terms);
        MemorySegment textOffsets = section(Section.TEXT_OFFSETS, text && !trie ? 4L * terms + 4 : 0);
        int nodes = get(ScalarFormat.AT_NODES);
        MemorySegment table = section(Section.NODES, trie ? (long) nodes * ScalarFormat.NODE_BYTES : 0);
        texts = !text
                ? null
                : trie
                        ? new TrieTexts(terms, nodes, table, section(Section.LABELS))
                        : new SortedTexts(terms, textOffsets, section(Section.TEXT_BYTES));
        starts = section(Section.STARTS, 4L * terms + 4);
        sortedRows = section(Section.ROWS, sorted ? 4L * postings : 0);
        listOffsets = section(Section.LIST_OFFSETS, sorted ? 0 : 8L * terms + 8);
        lists = section(Section.LISTS);
        present = bitmap(Section.PRESENT);
        known = path == null ? present : bitmap(Section.KNOWN);
        undecided = bitmap(Section.UNDECIDED);
        require(present != null || presentRows() == rows, "no bitmap of present rows");
        require(known != null || knownRows() == rows, "no bitmap of known rows");
        require(undecided != null || undecidedRows() == 0, "no bitmap of undecided rows");
    }

    /**
     * Opens a mapped file.
     *
     * @param rows of the segment
     * @param path as it was built with
     * @throws ElanusException CORRUPT when the file is not what was written; UNSUPPORTED when it is newer
     */
    public static ScalarIndex open(String name, MemorySegment file, int rows, @Nullable List<Object> path) {
        return new ScalarFile(name, file, rows, path);
    }

    /** The name of the one file of an index. */
    public static String fileName() {
        return ScalarFormat.FILE;
    }

    public static int formatVersion() {
        return ScalarFormat.VERSION;
    }

    private MemorySegment requireFrame() {
        require(file.byteSize() >= ScalarFormat.HEADER_BYTES + ScalarFormat.FOOTER_BYTES, "too short");
        require(file.get(ScalarFormat.LONG, 0) == ScalarFormat.MAGIC, "wrong magic number");
        int version = file.get(ScalarFormat.INT, ScalarFormat.AT_VERSION);
        if (version > ScalarFormat.VERSION) {
            throw new ElanusException(
                    StandardErrorCode.UNSUPPORTED,
                    "scalar index '" + name + "' was written in format " + version + ", but up to "
                            + ScalarFormat.VERSION + " is read");
        }
        require(
                file.get(ScalarFormat.INT, ScalarFormat.AT_HEADER_CHECKSUM)
                        == Checksums.crc32c(file.asSlice(0, ScalarFormat.AT_HEADER_CHECKSUM)),
                "wrong checksum of the header");
        MemorySegment end = file.asSlice(file.byteSize() - ScalarFormat.FOOTER_BYTES);
        require(end.get(ScalarFormat.LONG, ScalarFormat.AT_FILE_BYTES) == file.byteSize(), "wrong length");
        long checksums = end.get(ScalarFormat.LONG, ScalarFormat.AT_CHECKSUMS);
        long checksumsEnd = file.byteSize() - ScalarFormat.FOOTER_BYTES;
        require(
                end.get(ScalarFormat.INT, ScalarFormat.AT_BLOCK_BYTES) == ScalarFormat.BLOCK_BYTES
                        && checksums >= ScalarFormat.HEADER_BYTES
                        && checksums <= checksumsEnd
                        && checksumsEnd - checksums == 4 * blocks(checksums),
                "wrong place of the checksums");
        CRC32C checksum = new CRC32C();
        Checksums.update(checksum, file.asSlice(checksums, checksumsEnd - checksums));
        Checksums.update(checksum, end.asSlice(0, ScalarFormat.AT_FOOTER_CHECKSUM));
        require(
                end.get(ScalarFormat.INT, ScalarFormat.AT_FOOTER_CHECKSUM) == (int) checksum.getValue(),
                "wrong checksum of the footer");
        return end;
    }

    private static long blocks(long checksums) {
        return (checksums - ScalarFormat.HEADER_BYTES + ScalarFormat.BLOCK_BYTES - 1) / ScalarFormat.BLOCK_BYTES;
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw ElanusException.corrupt("scalar index '%s': %s", name, problem);
        }
    }

    private int get(int place) {
        return footer.get(ScalarFormat.INT, place);
    }

    private MemorySegment section(Section section, long length) {
        MemorySegment found = section(section);
        require(
                found.byteSize() == length,
                "section " + section + " has " + found.byteSize() + " bytes, not " + length);
        return found;
    }

    private MemorySegment section(Section section) {
        long offset = footer.get(ScalarFormat.LONG, ScalarFormat.AT_SECTIONS + 16L * section.ordinal());
        long length = footer.get(ScalarFormat.LONG, ScalarFormat.AT_SECTIONS + 16L * section.ordinal() + 8);
        if (length == 0) {
            return MemorySegment.NULL.reinterpret(0);
        }
        long end = footer.get(ScalarFormat.LONG, ScalarFormat.AT_CHECKSUMS);
        require(
                length > 0 && offset >= ScalarFormat.HEADER_BYTES && offset <= end && length <= end - offset,
                "section " + section + " lies outside of the file");
        return file.asSlice(offset, length);
    }

    private @Nullable ImmutableRoaringBitmap bitmap(Section section) {
        MemorySegment bytes = section(section);
        return bytes.byteSize() == 0 ? null : guarded(() -> RowLists.bitmap(bytes));
    }

    /** What a damaged file makes its readers throw is damage. */
    private <T> T guarded(java.util.function.Supplier<T> read) {
        try {
            return read.get();
        } catch (IndexOutOfBoundsException | IllegalArgumentException | java.nio.BufferUnderflowException e) {
            throw new ElanusException(StandardErrorCode.CORRUPT, "scalar index '" + name + "' cannot be read: " + e, e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String type() {
        return kind.name();
    }

    @Override
    public Values values() {
        return values;
    }

    @Override
    public boolean ofElements() {
        return (get(ScalarFormat.AT_FLAGS) & ScalarFormat.FLAG_ELEMENTS) != 0;
    }

    @Override
    public @Nullable List<Object> path() {
        return path;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int terms() {
        return terms;
    }

    @Override
    public int presentRows() {
        return get(ScalarFormat.AT_PRESENT);
    }

    @Override
    public int knownRows() {
        return get(ScalarFormat.AT_KNOWN);
    }

    @Override
    public int undecidedRows() {
        return get(ScalarFormat.AT_UNDECIDED);
    }

    @Override
    public int firstAtLeast(long key) {
        int low = 0;
        int high = terms;
        while (low < high) {
            int middle = low + high >>> 1;
            if (numbers.get(ScalarFormat.LONG, 8L * middle) < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public int firstAbove(long key) {
        return key == Long.MAX_VALUE ? terms : firstAtLeast(key + 1);
    }

    private Texts texts() {
        if (texts == null) {
            throw new IllegalStateException("not an index of texts");
        }
        return texts;
    }

    @Override
    public int firstAtLeast(byte[] text) {
        return guarded(() -> texts().firstAtLeast(text));
    }

    @Override
    public int firstAbove(byte[] text) {
        return guarded(() -> texts().firstAbove(text));
    }

    @Override
    public int firstBeyond(byte[] prefix) {
        return guarded(() -> texts().firstBeyond(prefix));
    }

    private int start(int term) {
        return starts.get(ScalarFormat.INT, 4L * term);
    }

    @Override
    public long postings(int from, int to) {
        return from >= to ? 0 : (long) start(to) - start(from);
    }

    @Override
    public void collect(int from, int to, long[] words) {
        guarded(() -> {
            if (kind == ScalarKind.STL_SORT) {
                RowLists.collect(sortedRows, 4L * start(from), start(to) - start(from), words);
                return true;
            }
            for (int term = from; term < to; term++) {
                long offset = listOffsets.get(ScalarFormat.LONG, 8L * term);
                if (isPlain(term)) {
                    RowLists.collect(lists, offset, start(term + 1) - start(term), words);
                } else {
                    RowLists.collect(list(term), words);
                }
            }
            return true;
        });
    }

    private boolean isPlain(int term) {
        return kind != ScalarKind.BITMAP && start(term + 1) - start(term) <= ScalarFormat.SHORT_LIST;
    }

    private ImmutableRoaringBitmap list(int term) {
        long offset = listOffsets.get(ScalarFormat.LONG, 8L * term);
        long end = listOffsets.get(ScalarFormat.LONG, 8L * term + 8);
        return RowLists.bitmap(lists.asSlice(offset, end - offset));
    }

    @Override
    public void collectPresent(long[] words) {
        collect(present, words);
    }

    @Override
    public void collectKnown(long[] words) {
        collect(known, words);
    }

    /** @param bitmap null for all rows */
    private void collect(@Nullable ImmutableRoaringBitmap bitmap, long[] words) {
        if (bitmap == null) {
            java.util.Arrays.fill(words, 0, rows >>> 6, -1L);
            if ((rows & 63) != 0) {
                words[rows >>> 6] |= -1L >>> -rows;
            }
            return;
        }
        guarded(() -> {
            RowLists.collect(bitmap, words);
            return true;
        });
    }

    @Override
    public void collectUndecided(long[] words) {
        if (undecided != null) {
            collect(undecided, words);
        }
    }

    @Override
    public void visit(int from, int to, TextVisitor visitor) {
        guarded(() -> {
            texts().visit(from, to, visitor);
            return true;
        });
    }

    @Override
    public void checkIntegrity() {
        checkBlocks();
        guarded(() -> {
            checkTerms();
            return true;
        });
    }

    private void checkBlocks() {
        long end = footer.get(ScalarFormat.LONG, ScalarFormat.AT_CHECKSUMS);
        for (long block = 0; block < blocks(end); block++) {
            long at = ScalarFormat.HEADER_BYTES + block * ScalarFormat.BLOCK_BYTES;
            MemorySegment bytes = file.asSlice(at, Math.min(ScalarFormat.BLOCK_BYTES, end - at));
            require(
                    Checksums.crc32c(bytes) == file.get(ScalarFormat.INT, end + 4 * block),
                    "wrong checksum of the block at byte " + at);
        }
    }

    private void checkTerms() {
        if (texts != null) {
            texts.check();
        } else {
            for (int term = 1; term < terms; term++) {
                require(
                        numbers.get(ScalarFormat.LONG, 8L * term - 8) < numbers.get(ScalarFormat.LONG, 8L * term),
                        "numbers are out of order at term " + term);
            }
        }
        require(start(0) == 0 && start(terms) == postings, "the starts do not reach over all postings");
        for (int term = 0; term < terms; term++) {
            require(start(term) < start(term + 1), "term " + term + " has no rows");
            checkRows(term);
        }
        if (present != null) {
            RowLists.check(present, presentRows(), rows, "the bitmap of present rows");
        }
        if (known != null) {
            RowLists.check(known, knownRows(), rows, "the bitmap of known rows");
        }
        if (undecided != null) {
            RowLists.check(undecided, undecidedRows(), rows, "the bitmap of undecided rows");
        }
    }

    private void checkRows(int term) {
        int count = start(term + 1) - start(term);
        if (kind != ScalarKind.STL_SORT && !isPlain(term)) {
            RowLists.check(list(term), count, rows, "the rows of term " + term);
            return;
        }
        MemorySegment plain = kind == ScalarKind.STL_SORT ? sortedRows : lists;
        long from = kind == ScalarKind.STL_SORT ? 4L * start(term) : listOffsets.get(ScalarFormat.LONG, 8L * term);
        int before = -1;
        for (int i = 0; i < count; i++) {
            int row = plain.get(ScalarFormat.INT, from + 4L * i);
            require(row > before && row < rows, "the rows of term " + term + " are out of order");
            before = row;
        }
    }
}
