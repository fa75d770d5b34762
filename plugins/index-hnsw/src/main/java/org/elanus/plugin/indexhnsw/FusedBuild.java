package org.elanus.plugin.indexhnsw;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.elanus.spi.runtime.Cancellation;

/**
 * Makes fused records out of a finished graph: fills up its lists, rotates the rows, chooses where walks begin, and
 * encodes. For one caller, who may lend it threads.
 */
final class FusedBuild {

    private static final int CHUNK = 256;

    /** Rows of which the centre is the median. */
    private static final int SAMPLED = 1_001;

    /** Rows around which estimates are tried out, and how many of their neighbours' neighbours each time. */
    private static final int TRIED = 128;

    private static final int PLACES_TRIED = 4;

    /** So many of 32 neighbours are nearest, and so large a part of them has to be so by the estimates, too. */
    private static final int NEAREST_TRIED = 8;

    private static final double LEAST_RIGHT = 0.5;

    /** Records are handed over in runs of about so many bytes. */
    private static final long RUN_BYTES = 16 << 20;

    private final WalkSpace walk;
    private final RecordShape shape;
    private final int rows;
    private final Rotation rotation;
    private final MemorySegment lists;
    private final MemorySegment rotated;
    private final MemorySegment centre;
    private final MemorySegment run;
    private final Executor workers;
    private final int parallelism;
    private final Cancellation cancellation;

    FusedBuild(
            WalkSpace walk,
            RecordShape shape,
            int rows,
            BuildMemory memory,
            Executor workers,
            int parallelism,
            Cancellation cancellation) {
        this.walk = walk;
        this.shape = shape;
        this.rows = rows;
        this.rotation = new Rotation(shape.paddedDimension());
        this.lists = memory.allocate(listBytes(shape) * rows);
        this.rotated = memory.allocate(shape.rowBytes() * rows);
        this.centre = memory.allocate(shape.rowBytes());
        this.run = memory.allocate(shape.bytes() * runRows(shape, rows));
        this.workers = workers;
        this.parallelism = parallelism;
        this.cancellation = cancellation;
    }

    private static long listBytes(RecordShape shape) {
        return 4L * shape.degree();
    }

    private static int runRows(RecordShape shape, int rows) {
        return Math.clamp(RUN_BYTES / shape.bytes(), 1, Math.max(rows, 1));
    }

    /** Memory that this takes beside the graph. */
    static long estimateBytes(RecordShape shape, int rows) {
        long marks = 1 + 4 + 1;
        return (listBytes(shape) + shape.rowBytes() + marks) * rows
                + shape.rowBytes()
                + shape.bytes() * runRows(shape, rows);
    }

    /** The middle of the rotated rows. */
    MemorySegment centre() {
        return centre.asSlice(0, shape.rowBytes());
    }

    /**
     * Does everything but the encoding.
     *
     * @param entry a row from which all rows can be reached
     * @return where walks begin: the row nearest to the centre if all rows can be reached from there, else the entry
     */
    int prepare(Graph graph, int entry) {
        forEachRow(0, rows, () -> {
            ListFiller filler = new ListFiller(walk.space(), graph, shape.degree());
            return row -> filler.fill(row, list(row));
        });
        forEachRow(0, rows, () -> {
            float[] plain = new float[shape.paddedDimension()];
            float[] turned = new float[shape.paddedDimension()];
            return row -> rotate(row, plain, turned);
        });
        computeCentre();
        int middle = middle();
        return leadsTo(middle, entry) ? middle : entry;
    }

    /** Hands over all records, run by run; what is handed over is valid until the consumer returns. */
    void encode(Consumer<MemorySegment> records) {
        int most = runRows(shape, rows);
        for (int first = 0; first < rows; first += most) {
            int begin = first;
            int count = Math.min(most, rows - first);
            forEachRow(begin, begin + count, () -> {
                float[] plain = new float[shape.paddedDimension()];
                float[] sums = new float[3];
                return row -> encode(row, run.address() + shape.bytes() * (row - begin), plain, sums);
            });
            records.accept(run.asSlice(0, shape.bytes() * count));
        }
    }

    private void forEachRow(int from, int to, Supplier<IntConsumer> body) {
        AtomicInteger next = new AtomicInteger(from);
        int chunk = Math.clamp((to - from) / (4L * parallelism), 1, CHUNK);
        WorkCrew.run(workers, parallelism - 1, stopped -> {
            IntConsumer own = body.get();
            int begin;
            while ((begin = next.getAndAdd(chunk)) < to && !stopped.getAsBoolean()) {
                HnswBuilder.check(cancellation);
                for (int row = begin; row < Math.min(begin + chunk, to); row++) {
                    own.accept(row);
                }
            }
        });
    }

    private long list(int row) {
        return lists.address() + listBytes(shape) * row;
    }

    private long rotated(int row) {
        return rotated.address() + shape.rowBytes() * row;
    }

    private void rotate(int row, float[] plain, float[] turned) {
        walk.row(row, plain);
        for (int i = walk.dimension(); i < plain.length; i++) {
            plain[i] = 0;
        }
        rotation.apply(plain, turned);
        long at = rotated(row);
        for (int i = 0; i < turned.length; i++) {
            OffHeap.putFloat(at + 4L * i, turned[i]);
        }
    }

    /** The median of some rows in each dimension: a few rows far away, which would carry a mean off, do not count. */
    private void computeCentre() {
        int count = Math.min(rows, SAMPLED);
        float[] values = new float[count];
        for (int i = 0; i < shape.paddedDimension(); i++) {
            for (int j = 0; j < count; j++) {
                values[j] = OffHeap.getFloat(rotated(sampled(j, count)) + 4L * i);
            }
            Arrays.sort(values);
            OffHeap.putFloat(centre.address() + 4L * i, values[count / 2]);
        }
    }

    /** One of {@code count} rows that are spread evenly over all. */
    private int sampled(int place, int count) {
        return (int) ((long) place * rows / count);
    }

    /**
     * Whether estimates tell near rows from less near ones, tried out around some rows: where all rows are much nearer to
     * their neighbours than to the centre, or differ by too much altogether, the few bits of a query cannot. After {@link
     * #prepare}.
     */
    boolean estimatesServe() {
        FusedQuery query = new FusedQuery(shape.paddedDimension(), rotation, centre.address());
        float[] plain = new float[shape.paddedDimension()];
        float[] sums = new float[3];
        short[][] room = new short[2][RecordShape.LANES];
        float[] estimates = new float[RecordShape.LANES];
        long[] byTruth = new long[RecordShape.LANES];
        long[] byEstimate = new long[RecordShape.LANES];
        int right = 0;
        int asked = 0;
        int count = Math.min(rows, TRIED);
        for (int i = 0; i < count; i++) {
            int row = sampled(i, count);
            encode(row, run.address(), plain, sums);
            query.take(run.address(), 1);
            for (int place = 0; place < PLACES_TRIED; place++) {
                int near = OffHeap.getInt(list(row) + 4L * place);
                int from = OffHeap.getInt(list(near) + 4L * place);
                if (from == row || OffHeap.getInt(list(from) + 4L * (RecordShape.LANES - 1)) == from) {
                    continue; // not a place to choose from
                }
                encode(from, run.address(), plain, sums);
                RecordKernels.scan(
                        run.address() + shape.codesOffset(),
                        shape.lines(),
                        query.planes,
                        run.address() + shape.addendsOffset(),
                        run.address() + shape.factorsOffset(),
                        RecordKernels.squaredDistance(rotated(row), rotated(from), shape.paddedDimension()),
                        query.slope,
                        query.offset,
                        Float.POSITIVE_INFINITY,
                        room,
                        estimates);
                for (int lane = 0; lane < RecordShape.LANES; lane++) {
                    int neighbour = OffHeap.getInt(list(from) + 4L * lane);
                    byTruth[lane] = CandidatePool.key(
                            RecordKernels.squaredDistance(rotated(row), rotated(neighbour), shape.paddedDimension()),
                            lane);
                    byEstimate[lane] = CandidatePool.key(estimates[lane], lane);
                }
                right += common(byTruth, byEstimate);
                asked += NEAREST_TRIED;
            }
        }
        return right >= asked * LEAST_RIGHT;
    }

    /** How many of the nearest are the same. Sorts both. */
    private static int common(long[] byTruth, long[] byEstimate) {
        Arrays.sort(byTruth);
        Arrays.sort(byEstimate);
        long lanes = 0;
        for (int i = 0; i < NEAREST_TRIED; i++) {
            lanes |= 1L << CandidatePool.id(byTruth[i]);
        }
        int common = 0;
        for (int i = 0; i < NEAREST_TRIED; i++) {
            common += (int) (lanes >>> CandidatePool.id(byEstimate[i]) & 1);
        }
        return common;
    }

    /** The row of the graph that is nearest to the centre. */
    private int middle() {
        int middle = -1;
        float nearest = Float.POSITIVE_INFINITY;
        for (int row = 0; row < rows; row++) {
            float distance = RecordKernels.squaredDistance(centre.address(), rotated(row), shape.paddedDimension());
            if (distance < nearest && OffHeap.getInt(list(row)) != row) {
                nearest = distance;
                middle = row;
            }
        }
        return middle;
    }

    private boolean leadsTo(int from, int to) {
        if (from < 0) {
            return false;
        }
        long[] reached = new long[(rows + 63) / 64];
        int[] queue = new int[rows];
        int queued = 0;
        queue[queued++] = from;
        reached[from >>> 6] |= 1L << from;
        for (int i = 0; i < queued; i++) {
            if (queue[i] == to) {
                return true;
            }
            long list = list(queue[i]);
            for (long at = list; at < list + listBytes(shape); at += 4) {
                int row = OffHeap.getInt(at);
                if ((reached[row >>> 6] >>> row & 1) == 0) {
                    reached[row >>> 6] |= 1L << row;
                    queue[queued++] = row;
                }
            }
        }
        return false;
    }

    /** Writes the record of a row. */
    private void encode(int row, long record, float[] plain, float[] sums) {
        walk.row(row, plain);
        for (int i = 0; i < shape.paddedDimension(); i++) {
            OffHeap.putFloat(record + 4L * i, i < shape.dimension() ? plain[i] : 0);
        }
        for (int place = 0; place < shape.degree(); place++) {
            int neighbour = OffHeap.getInt(list(row) + 4L * place);
            long codes = record
                    + shape.codesOffset()
                    + place / RecordShape.LANES * shape.blockBytes()
                    + place % RecordShape.LANES * 2L;
            RecordKernels.encode(rotated(row), rotated(neighbour), centre.address(), codes, shape.lines(), sums);
            float length = sums[1] > 0 ? sums[0] / sums[1] : 0;
            float addend = sums[0] + 2 * length * sums[2];
            // Nobody goes to an unused place, nor over an edge too long for a float.
            boolean used = neighbour != row && Float.isFinite(addend) && Float.isFinite(length);
            OffHeap.putFloat(record + shape.addendsOffset() + 4L * place, used ? addend : Float.POSITIVE_INFINITY);
            OffHeap.putFloat(record + shape.factorsOffset() + 4L * place, used ? -2 * length : 0);
            OffHeap.putInt(record + shape.rowsOffset() + 4L * place, neighbour);
        }
    }
}
