package org.elanus.plugin.indexhnsw;

import java.lang.foreign.MemorySegment;
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

    /** The rotated mean of the rows. */
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
                float[] plain = new float[shape.dimension()];
                float[] sums = new float[3];
                return row -> encode(row, run.address() + shape.bytes() * (row - begin), plain, sums);
            });
            records.accept(run.asSlice(0, shape.bytes() * count));
        }
    }

    private void forEachRow(int from, int to, Supplier<IntConsumer> body) {
        AtomicInteger next = new AtomicInteger(from);
        WorkCrew.run(workers, parallelism - 1, stopped -> {
            IntConsumer own = body.get();
            int begin;
            while ((begin = next.getAndAdd(CHUNK)) < to && !stopped.getAsBoolean()) {
                HnswBuilder.check(cancellation);
                for (int row = begin; row < Math.min(begin + CHUNK, to); row++) {
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

    private void computeCentre() {
        double[] sums = new double[shape.paddedDimension()];
        for (int row = 0; row < rows; row++) {
            long at = rotated(row);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += OffHeap.getFloat(at + 4L * i);
            }
        }
        for (int i = 0; i < sums.length; i++) {
            OffHeap.putFloat(centre.address() + 4L * i, (float) (sums[i] / rows));
        }
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
            OffHeap.putFloat(record + 4L * i, i < plain.length ? plain[i] : 0);
        }
        for (int place = 0; place < shape.degree(); place++) {
            int neighbour = OffHeap.getInt(list(row) + 4L * place);
            long codes = record
                    + shape.codesOffset()
                    + place / RecordShape.LANES * shape.blockBytes()
                    + place % RecordShape.LANES * 2L;
            RecordKernels.encode(rotated(row), rotated(neighbour), centre.address(), codes, shape.lines(), sums);
            float length = sums[1] > 0 ? sums[0] / sums[1] : 0;
            boolean own = neighbour == row;
            OffHeap.putFloat(
                    record + shape.addendsOffset() + 4L * place,
                    own ? Float.POSITIVE_INFINITY : sums[0] + 2 * length * sums[2]);
            OffHeap.putFloat(record + shape.factorsOffset() + 4L * place, -2 * length);
            OffHeap.putInt(record + shape.rowsOffset() + 4L * place, neighbour);
        }
    }
}
