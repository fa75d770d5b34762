package org.elanus.plugin.indexhnsw;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.jspecify.annotations.Nullable;

/**
 * The header of the one file of an index and what follows from it: where each section begins. The format, version 2, is
 * described byte by byte in {@code docs/format-index-hnsw.md}.
 *
 * @param entry the row a walk begins with when there are no upper levels; -1 when there are no rows
 * @param duplicates rows that repeat the vector of an earlier row and are not in the graph
 * @param inverseNorms whether the inverse norms are in the file: for COSINE, unless every row has length one
 * @param fused what there is to know about the fused records that stand in the place of lists; null for lists
 */
record GraphFile(
        GraphShape shape,
        int dimension,
        DataType type,
        MetricType metric,
        HnswParameters parameters,
        int entry,
        int duplicates,
        boolean inverseNorms,
        @Nullable Fused fused) {

    /**
     * What the walk over records has to know.
     *
     * @param dimension and radius as {@link WalkSpace} has them
     */
    record Fused(int dimension, float radius) {}

    static final String NAME = "graph";
    static final int VERSION = 2;
    private static final int OLDEST_VERSION = 1;
    static final int HEADER_BYTES = 256;
    static final int BLOCK_BYTES = 1 << 20;

    /** "ELNSHNSW" as bytes in this order. */
    private static final long MAGIC = Long.reverseBytes(0x454c4e53484e5357L);

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int CHECKSUM = HEADER_BYTES - Integer.BYTES;

    private static long aligned(long position) {
        return position + 63 & ~63L;
    }

    long upperRowsOffset() {
        return HEADER_BYTES;
    }

    long upperListsOffset() {
        return aligned(upperRowsOffset() + 4L * shape.upperNodes());
    }

    long listsOffset() {
        return aligned(upperListsOffset() + shape.upperBytes());
    }

    long inverseNormsOffset() {
        return aligned(listsOffset() + levelZeroBytes());
    }

    /** The same index with records in the place of lists. */
    GraphFile withRecords(RecordShape records, WalkSpace walk, int start) {
        return new GraphFile(
                GraphShape.ofRecords(shape.rows(), records),
                dimension,
                type,
                metric,
                parameters,
                start,
                duplicates,
                inverseNorms,
                new Fused(walk.dimension(), walk.radius()));
    }

    /** The shape of the records, if there are some. */
    @Nullable
    RecordShape recordShape() {
        return fused == null ? null : new RecordShape(fused.dimension, shape.degree());
    }

    /** Lists or records. */
    long levelZeroBytes() {
        RecordShape records = recordShape();
        return records == null ? shape.levelZeroBytes() : records.bytes() * shape.rows();
    }

    /** One bit a row: it has duplicates. */
    long duplicateFlagsOffset() {
        return aligned(inverseNormsOffset() + (inverseNorms ? 4L * shape.rows() : 0));
    }

    /** First all rows that have duplicates, once for each, ascending; then the duplicates. */
    long duplicatesOffset() {
        return aligned(duplicateFlagsOffset() + (duplicates == 0 ? 0 : (shape.rows() + 63L) / 64 * 8));
    }

    long centreOffset() {
        return aligned(duplicatesOffset() + 8L * duplicates);
    }

    long centreBytes() {
        RecordShape records = recordShape();
        return records == null ? 0 : records.rowBytes();
    }

    long checksumsOffset() {
        return aligned(centreOffset() + centreBytes());
    }

    int blocks() {
        return Math.toIntExact((checksumsOffset() - HEADER_BYTES + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    long length() {
        return checksumsOffset() + 4L * blocks() + 4;
    }

    void encode(MemorySegment header) {
        header.fill((byte) 0);
        header.set(LONG, 0, MAGIC);
        header.set(INT, 8, VERSION);
        header.set(INT, 12, HEADER_BYTES);
        header.set(LONG, 16, length());
        // 24 to 35: key id and cipher, none yet.
        header.set(INT, 36, shape.rows());
        header.set(INT, 40, dimension);
        header.set(INT, 44, type.number());
        header.set(INT, 48, metricNumber(metric));
        header.set(INT, 52, parameters.m());
        header.set(INT, 56, parameters.efConstruction());
        header.set(INT, 60, shape.degree());
        header.set(INT, 64, shape.upperDegree());
        header.set(INT, 68, entry);
        header.set(INT, 72, duplicates);
        header.set(INT, 76, BLOCK_BYTES);
        header.set(INT, 80, shape.levels());
        header.set(INT, 148, inverseNorms ? 1 : 0);
        if (fused != null) {
            header.set(INT, 152, Codes.FUSED.number());
            header.set(INT, 156, fused.dimension);
            header.set(INT, 160, Float.floatToRawIntBits(fused.radius));
        }
        for (int level = 1; level <= shape.levels(); level++) {
            header.set(INT, 80 + 4L * level, shape.levelCounts()[level - 1]);
        }
        header.set(INT, CHECKSUM, (int) checksum(header.asSlice(0, CHECKSUM)));
    }

    /** Reads and checks the header of a file of which {@code label} is the name in messages. */
    static GraphFile decode(MemorySegment file, String label) {
        if (file.byteSize() < HEADER_BYTES) {
            throw ElanusException.corrupt(
                    "%s: the header has %d bytes, the file only %d", label, HEADER_BYTES, file.byteSize());
        }
        check(file.get(LONG, 0) == MAGIC, "%s: no HNSW index begins like this (position 0)", label);
        int version = file.get(INT, 8);
        check(
                version >= OLDEST_VERSION && version <= VERSION,
                "%s: format version %d is not known; known are %d to %d",
                label,
                version,
                OLDEST_VERSION,
                VERSION);
        check(
                file.get(INT, CHECKSUM) == (int) checksum(file.asSlice(0, CHECKSUM)),
                "%s: the checksum of the header is wrong (position %d)",
                label,
                CHECKSUM);
        check(
                file.get(LONG, 24) == 0 && file.get(INT, 32) == 0,
                "%s: it is encrypted, which this version cannot read",
                label);
        int levels = file.get(INT, 80);
        check(levels >= 0 && levels <= GraphShape.MAX_LEVEL, "%s: %d levels (position 80)", label, levels);
        int rows = file.get(INT, 36);
        int[] counts = new int[levels];
        for (int level = 1; level <= levels; level++) {
            int count = file.get(INT, 80 + 4L * level);
            int above = level == 1 ? rows : counts[level - 2];
            check(count >= 1 && count <= above, "%s: %d nodes on level %d", label, count, level);
            counts[level - 1] = count;
        }
        GraphShape shape = new GraphShape(rows, file.get(INT, 60), file.get(INT, 64), counts);
        int entry = file.get(INT, 68);
        int duplicates = file.get(INT, 72);
        check(
                rows >= 0
                        && shape.degree() >= 1
                        && shape.degree() <= 2 * HnswParameters.MAX_M
                        && shape.upperDegree() >= 1
                        && shape.upperDegree() <= HnswParameters.MAX_M
                        && entry >= (rows == 0 ? -1 : 0)
                        && entry < rows
                        && duplicates >= 0
                        && duplicates < Math.max(rows, 1)
                        && file.get(INT, 76) == BLOCK_BYTES
                        && (file.get(INT, 148) == 0 || file.get(INT, 48) == metricNumber(MetricType.COSINE)),
                "%s: the header contradicts itself",
                label);
        GraphFile header = new GraphFile(
                shape,
                file.get(INT, 40),
                vectorType(file.get(INT, 44), label),
                metric(file.get(INT, 48), label),
                new HnswParameters(file.get(INT, 52), file.get(INT, 56), Codes.of(file.get(INT, 152), label)),
                entry,
                duplicates,
                file.get(INT, 148) != 0,
                fused(file, shape, label));
        check(
                file.get(LONG, 16) == header.length() && file.byteSize() == header.length(),
                "%s: it has %d bytes and should have %d",
                label,
                file.byteSize(),
                header.length());
        return header;
    }

    private static @Nullable Fused fused(MemorySegment file, GraphShape shape, String label) {
        if (Codes.of(file.get(INT, 152), label) == Codes.NONE) {
            return null;
        }
        Fused fused = new Fused(file.get(INT, 156), Float.intBitsToFloat(file.get(INT, 160)));
        int dimension = file.get(INT, 40);
        MetricType metric = metric(file.get(INT, 48), label);
        check(
                fused.dimension >= dimension + (metric == MetricType.IP ? 1 : 0)
                        && fused.dimension <= dimension + (metric == MetricType.L2 ? 0 : 1)
                        && fused.dimension >= 1
                        && fused.dimension <= RecordShape.MAX_DIMENSION
                        && fused.radius > 0
                        && fused.radius < Float.POSITIVE_INFINITY
                        && shape.levels() == 0
                        && shape.degree() == RecordShape.degree(shape.degree())
                        && shape.degree() <= RecordShape.MAX_DEGREE,
                "%s: the header contradicts itself (position 152)",
                label);
        return fused;
    }

    /** Compares every block with its checksum. */
    void checkBlocks(MemorySegment file, String label) {
        MemorySegment table = file.asSlice(checksumsOffset(), 4L * blocks());
        check(
                file.get(INT, checksumsOffset() + 4L * blocks()) == (int) checksum(table),
                "%s: the checksum of the checksums is wrong (position %d)",
                label,
                checksumsOffset());
        for (int block = 0; block < blocks(); block++) {
            long begin = HEADER_BYTES + (long) block * BLOCK_BYTES;
            long bytes = Math.min(BLOCK_BYTES, checksumsOffset() - begin);
            check(
                    table.get(INT, 4L * block) == (int) checksum(file.asSlice(begin, bytes)),
                    "%s: the checksum of the block at position %d is wrong",
                    label,
                    begin);
        }
    }

    static long checksum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asByteBuffer());
        return crc.getValue();
    }

    static void check(boolean condition, String format, Object... arguments) {
        if (!condition) {
            throw ElanusException.corrupt(format, arguments);
        }
    }

    private static int metricNumber(MetricType metric) {
        return switch (metric) {
            case L2 -> 1;
            case IP -> 2;
            case COSINE -> 3;
            default -> throw new IllegalArgumentException(metric + " is not a metric of this index");
        };
    }

    private static MetricType metric(int number, String label) {
        return switch (number) {
            case 1 -> MetricType.L2;
            case 2 -> MetricType.IP;
            case 3 -> MetricType.COSINE;
            default -> throw ElanusException.corrupt("%s: metric %d (position 48)", label, number);
        };
    }

    private static DataType vectorType(int number, String label) {
        if (number != DataType.FLOAT_VECTOR.number()) {
            throw ElanusException.corrupt("%s: vector type %d (position 44)", label, number);
        }
        return DataType.FLOAT_VECTOR;
    }
}
