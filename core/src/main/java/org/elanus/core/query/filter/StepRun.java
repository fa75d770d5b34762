package org.elanus.core.query.filter;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.elanus.core.segment.RowChunk;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/** What the steps of one run share: the segment's columns, spare words, the clock. For one thread. */
final class StepRun {

    private final RowChunk chunk;
    private final Runnable pause;
    private final @Nullable Clock clock;
    private final boolean indexAlways;
    private final int words;
    private final Deque<long[]> spare = new ArrayDeque<>();

    /**
     * @param clock null when nobody asks how long steps took
     * @param indexAlways whether indexes are asked even where a scan is cheaper
     */
    StepRun(RowChunk chunk, Runnable pause, @Nullable Clock clock, boolean indexAlways) {
        this.indexAlways = indexAlways;
        this.chunk = chunk;
        this.pause = pause;
        this.clock = clock;
        words = Kernel.words(chunk.rows());
    }

    int rows() {
        return chunk.rows();
    }

    boolean prefersScan(double scanCost, double indexCost) {
        return !indexAlways && scanCost < indexCost;
    }

    int words() {
        return words;
    }

    long nanos() {
        return clock == null ? 0 : clock.nanos();
    }

    void pause() {
        pause.run();
    }

    /** Words whose content is arbitrary. */
    long[] borrow() {
        long[] borrowed = spare.poll();
        return borrowed == null ? new long[words] : borrowed;
    }

    void giveBack(long[] borrowed) {
        spare.push(borrowed);
    }

    /** Looks at the values of the active rows. */
    void scan(Predicate predicate, long[] active, long[] matched, long @Nullable [] unknown) {
        Arrays.fill(matched, 0);
        if (unknown != null) {
            Arrays.fill(unknown, 0);
        }
        Kernel kernel = null;
        long[] itsActive = new long[Kernel.BLOCK_WORDS];
        long[] itsMatched = new long[Kernel.BLOCK_WORDS];
        long[] itsUnknown = new long[Kernel.BLOCK_WORDS];
        for (int row = 0; row < chunk.rows(); row += Kernel.BLOCK_ROWS) {
            int count = Math.min(Kernel.BLOCK_ROWS, chunk.rows() - row);
            int blockWords = Kernel.words(count);
            int first = row >>> 6;
            long any = 0;
            for (int w = 0; w < blockWords; w++) {
                itsActive[w] = active[first + w];
                any |= itsActive[w];
            }
            if (any == 0) {
                continue;
            }
            if (kernel == null) {
                kernel = new Binder(chunk).bind(predicate, unknown == null);
            }
            kernel.evaluate(row, count, itsActive, itsMatched, itsUnknown);
            System.arraycopy(itsMatched, 0, matched, first, blockWords);
            if (unknown != null) {
                System.arraycopy(itsUnknown, 0, unknown, first, blockWords);
            }
            pause.run();
        }
    }

    static long count(long[] words) {
        long count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        return count;
    }
}
