package org.elanus.core.index;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.Hits;
import org.elanus.spi.index.RowFilter;
import org.elanus.spi.runtime.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Finds the nearest vectors to one or several queries by looking at all of them. Begin, scan one chunk after the
 * other, take the hits; then it can begin again. For one thread; allocates nothing per row.
 *
 * <p>Rows are taken in blocks that stay in the processor's cache while all queries look at them.
 */
public final class ExactSearch implements RowScan {

    private static final int LARGEST_BLOCK = 256;
    private static final int SMALLEST_BLOCK = 8;
    private static final int BLOCK_BYTES = 32 << 10;
    private static final FloatKernels KERNELS = FloatKernels.BEST;

    private final DataType type;
    private final int dimension;
    private final MetricType metric;
    private final int vectorBytes;
    private final int[] block;
    private final int[] ordinals;
    private final float[] scores;
    private final float[] norms;
    private final @Nullable FloatRows converted;

    private int count;
    private float[][] floatQueries = new float[0][];
    private float[] inverseNorms = new float[0];
    private long[][] bitQueries = new long[0][];
    private TopRows[] best = new TopRows[0];
    private boolean bounded;
    private float lowest;
    private float highest;

    /** @throws ElanusException INVALID_ARGUMENT when the metric does not fit the type */
    public ExactSearch(DataType type, int dimension, MetricType metric) {
        boolean binary = metric == MetricType.HAMMING || metric == MetricType.JACCARD;
        if (!type.isDenseVector() || binary != (type == DataType.BINARY_VECTOR)) {
            throw ElanusException.invalid("vectors of type %s cannot be compared by %s", type, metric);
        }
        this.type = type;
        this.dimension = dimension;
        this.metric = metric;
        this.vectorBytes = type.vectorBytes(dimension);
        int computedBytes = Math.max(binary ? vectorBytes : 4 * dimension, 1);
        int rows = Math.clamp(BLOCK_BYTES / computedBytes, SMALLEST_BLOCK, LARGEST_BLOCK) & -4;
        this.block = new int[rows];
        this.ordinals = new int[rows];
        Arrays.setAll(ordinals, i -> i);
        this.scores = new float[rows];
        this.norms = new float[rows];
        this.converted = binary || type == DataType.FLOAT_VECTOR ? null : new FloatRows(type, dimension, rows);
    }

    /** A search for the k nearest to each query of a column. */
    public static ExactSearch of(MetricType metric, FixedColumn queries, int k) {
        int dimension = queries.type() == DataType.BINARY_VECTOR
                ? queries.width() * 8
                : queries.width() / queries.type().vectorBytes(1);
        ExactSearch search = new ExactSearch(queries.type(), dimension, metric);
        search.begin(queries.data(), queries.rows(), k);
        return search;
    }

    /**
     * Starts anew, without bounds.
     *
     * @param queries vectors one after the other
     * @param k hits a query, 1 or more
     */
    public void begin(MemorySegment queries, int queryCount, int k) {
        if (k < 1) {
            throw ElanusException.invalid("k must be at least 1, not %d", k);
        }
        count = queryCount;
        bounded = false;
        if (best.length < queryCount) {
            int known = best.length;
            best = Arrays.copyOf(best, queryCount);
            for (int i = known; i < queryCount; i++) {
                best[i] = new TopRows();
            }
        }
        for (int q = 0; q < queryCount; q++) {
            best[q].begin(k, metric.largerIsNearer());
        }
        if (type == DataType.BINARY_VECTOR) {
            bitQueries = new long[queryCount][];
            for (int q = 0; q < queryCount; q++) {
                bitQueries[q] = BitKernels.words(queries, (long) q * vectorBytes, vectorBytes);
            }
            return;
        }
        floatQueries = new float[queryCount][];
        inverseNorms = new float[queryCount];
        for (int q = 0; q < queryCount; q++) {
            floatQueries[q] = FloatRows.floats(type, dimension, queries, (long) q * vectorBytes);
            double norm = 0;
            for (float value : floatQueries[q]) {
                norm += (double) value * value;
            }
            inverseNorms[q] = norm == 0 ? 0 : (float) (1 / Math.sqrt(norm));
        }
    }

    /** Holds until the next {@link #begin}. */
    @Override
    public void within(float radius, float rangeFilter) {
        bounded = true;
        lowest = metric.largerIsNearer() ? Math.nextUp(radius) : rangeFilter;
        highest = metric.largerIsNearer() ? rangeFilter : Math.nextDown(radius);
    }

    @Override
    public void scan(Column column, int firstRow, @Nullable RowFilter filter, Cancellation cancellation) {
        FixedColumn vectors = (FixedColumn) column;
        if (vectors.type() != type || vectors.width() != vectorBytes) {
            throw ElanusException.invalid(
                    "queries of type %s with %d dimensions do not fit vectors of type %s with %d bytes",
                    type, dimension, vectors.type(), vectors.width());
        }
        scan(vectors.data(), vectors.width(), vectors.rows(), firstRow, filter, vectors, cancellation);
    }

    @Override
    public void hits(int query, Hits hits) {
        hits.clear();
        best[query].drainTo(hits);
    }

    /** @param nulls the column whose nulls are skipped; null when there are none */
    void scan(
            MemorySegment data,
            long stride,
            int rows,
            int firstRow,
            @Nullable RowFilter filter,
            @Nullable FixedColumn nulls,
            Cancellation cancellation) {
        FixedColumn skipped = nulls == null || nulls.validity() == null ? null : nulls;
        int size = 0;
        int next = 0;
        while (next < rows) {
            if (filter != null) {
                next = nextPassing(filter, firstRow, next, rows);
                if (next == rows) {
                    break;
                }
            }
            if (skipped == null || !skipped.isNull(next)) {
                block[size++] = next;
            }
            next++;
            if (size == block.length) {
                look(data, stride, size, firstRow, cancellation);
                size = 0;
            }
        }
        if (size > 0) {
            look(data, stride, size, firstRow, cancellation);
        }
    }

    /** The first row at or after {@code from} that passes, counted from the chunk's first; {@code rows} if none. */
    private static int nextPassing(RowFilter filter, int firstRow, int from, int rows) {
        long[] words = filter.words();
        int row = firstRow + from;
        int end = firstRow + rows;
        int word = row >>> 6;
        int lastWord = Math.min((end + 63) >>> 6, words.length);
        if (word >= lastWord) {
            return rows;
        }
        long bits = words[word] & -1L << row;
        while (bits == 0) {
            if (++word >= lastWord) {
                return rows;
            }
            bits = words[word];
        }
        return Math.min((word << 6) + Long.numberOfTrailingZeros(bits) - firstRow, rows);
    }

    private void look(MemorySegment data, long stride, int size, int firstRow, Cancellation cancellation) {
        if (cancellation.isCancelled()) {
            throw new ElanusException(StandardErrorCode.CANCELLED, "the search was cancelled");
        }
        MemorySegment vectors = data;
        long step = stride;
        int[] rows = block;
        if (converted != null) {
            converted.load(data, stride, block, size);
            vectors = converted.floats();
            step = 4L * dimension;
            rows = ordinals;
        }
        for (int q = 0; q < count; q++) {
            score(vectors, step, rows, size, q);
            TopRows top = best[q];
            if (bounded) {
                for (int i = 0; i < size; i++) {
                    if (scores[i] >= lowest && scores[i] <= highest) {
                        top.offer(firstRow + block[i], scores[i]);
                    }
                }
            } else {
                for (int i = 0; i < size; i++) {
                    top.offer(firstRow + block[i], scores[i]);
                }
            }
        }
    }

    private void score(MemorySegment vectors, long step, int[] rows, int size, int q) {
        switch (metric) {
            case L2 -> KERNELS.squaredDistances(vectors, 0, step, rows, size, floatQueries[q], scores);
            case IP -> KERNELS.products(vectors, 0, step, rows, size, floatQueries[q], scores);
            case COSINE -> {
                if (q == 0) {
                    KERNELS.productsAndNorms(vectors, 0, step, rows, size, floatQueries[q], scores, norms);
                } else {
                    // The block's norms are known from the first query.
                    KERNELS.products(vectors, 0, step, rows, size, floatQueries[q], scores);
                }
                float inverse = inverseNorms[q];
                for (int i = 0; i < size; i++) {
                    float cosine = norms[i] == 0 ? 0 : scores[i] * inverse / (float) Math.sqrt(norms[i]);
                    scores[i] = Math.clamp(cosine, -1f, 1f);
                }
            }
            case HAMMING -> {
                for (int i = 0; i < size; i++) {
                    scores[i] = BitKernels.hamming(vectors, rows[i] * step, vectorBytes, bitQueries[q]);
                }
            }
            case JACCARD -> {
                for (int i = 0; i < size; i++) {
                    scores[i] = BitKernels.jaccard(vectors, rows[i] * step, vectorBytes, bitQueries[q]);
                }
            }
        }
    }
}
