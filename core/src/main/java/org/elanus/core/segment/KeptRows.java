package org.elanus.core.segment;

import org.elanus.spi.database.FixedColumn;
import org.jspecify.annotations.Nullable;

/** The rows of one view that go into a new segment. */
final class KeptRows {

    /** Rows {@code from} to {@code to - 1} of a chunk, counted from its first. */
    interface Run {
        void accept(RowChunk chunk, int from, int to);
    }

    private final TimedView view;
    /** Null when all are kept. */
    private final long @Nullable [] kept;

    private final int count;
    private long minTimestamp = Long.MAX_VALUE;
    private long maxTimestamp = Long.MIN_VALUE;

    private KeptRows(TimedView view, long @Nullable [] kept, int count) {
        this.view = view;
        this.kept = kept;
        this.count = count;
        forEachRun((chunk, from, to) -> {
            FixedColumn timestamps = chunk.timestamps();
            for (int i = from; i < to; i++) {
                long timestamp = timestamps.getLong(i);
                minTimestamp = Math.min(minTimestamp, timestamp);
                maxTimestamp = Math.max(maxTimestamp, timestamp);
            }
        });
    }

    /** All rows but those deleted at or before a timestamp, and those that have expired for the view. */
    static KeptRows of(TimedView view, long retention) {
        int dropped = Math.min(view.deletes, view.log.countUntil(retention));
        if (dropped == 0 && view.expired == 0) {
            return new KeptRows(view, null, view.rows());
        }
        long[] kept = new long[(view.rows() + 63) >>> 6];
        Visibility.setRange(kept, 0, view.rows());
        for (int i = 0; i < dropped; i++) {
            int row = view.log.rows()[i];
            kept[row >>> 6] &= ~(1L << row);
        }
        if (view.expired > 0) {
            for (RowChunk chunk : view.chunks()) {
                FixedColumn timestamps = chunk.timestamps();
                for (int i = 0; i < chunk.rows(); i++) {
                    if (timestamps.getLong(i) < view.expired) {
                        int row = chunk.firstRow() + i;
                        kept[row >>> 6] &= ~(1L << row);
                    }
                }
            }
        }
        int count = 0;
        for (long word : kept) {
            count += Long.bitCount(word);
        }
        return new KeptRows(view, kept, count);
    }

    int count() {
        return count;
    }

    long minTimestamp() {
        return minTimestamp;
    }

    long maxTimestamp() {
        return maxTimestamp;
    }

    /** Adds the deletes of kept rows under their new numbers. @param firstRow the new number of the first kept row */
    void carryDeletes(int firstRow, long retention, DeleteLog target) {
        int dropped = Math.min(view.deletes, view.log.countUntil(retention));
        if (dropped == view.deletes) {
            return;
        }
        int[] before = null;
        if (kept != null) {
            before = new int[kept.length];
            for (int word = 1; word < kept.length; word++) {
                before[word] = before[word - 1] + Long.bitCount(kept[word - 1]);
            }
        }
        for (int i = dropped; i < view.deletes; i++) {
            int row = view.log.rows()[i];
            int rank = row;
            if (kept != null && before != null) {
                if ((kept[row >>> 6] >>> row & 1) == 0) {
                    continue; // expired
                }
                rank = before[row >>> 6] + Long.bitCount(kept[row >>> 6] & ~(-1L << row));
            }
            target.add(firstRow + rank, view.log.timestamps()[i]);
        }
    }

    /** Goes through the kept rows in order, in runs as long as possible within a chunk. */
    void forEachRun(Run run) {
        for (RowChunk chunk : view.chunks()) {
            if (kept == null) {
                if (chunk.rows() > 0) {
                    run.accept(chunk, 0, chunk.rows());
                }
                continue;
            }
            int end = chunk.firstRow() + chunk.rows();
            int from = next(kept, chunk.firstRow(), end, true);
            while (from < end) {
                int to = next(kept, from, end, false);
                run.accept(chunk, from - chunk.firstRow(), to - chunk.firstRow());
                from = next(kept, to, end, true);
            }
        }
    }

    /** The first row from {@code from} on, below {@code end}, whose bit is as wanted; {@code end} if none. */
    private static int next(long[] words, int from, int end, boolean wanted) {
        if (from >= end) {
            return end;
        }
        int word = from >>> 6;
        long flip = wanted ? 0 : -1L;
        long bits = (words[word] ^ flip) & -1L << from;
        while (bits == 0) {
            if (++word << 6 >= end) {
                return end;
            }
            bits = words[word] ^ flip;
        }
        return Math.min((word << 6) + Long.numberOfTrailingZeros(bits), end);
    }
}
