package org.elanus.plugin.indexhnsw;

import static org.elanus.plugin.indexhnsw.GraphFile.check;

import org.elanus.spi.database.MetricType;

/** Reads everything that an index refers to. */
final class GraphCheck {

    private final GraphFile file;
    private final Graph graph;
    private final DuplicateTable duplicates;
    private final VectorSpace space;
    private final String label;
    private final int rows;
    private final long centre;

    /** @param centre address of the centre of the records, if there are some */
    GraphCheck(GraphFile file, Graph graph, DuplicateTable duplicates, VectorSpace space, long centre, String label) {
        this.centre = centre;
        this.file = file;
        this.graph = graph;
        this.duplicates = duplicates;
        this.space = space;
        this.label = label;
        this.rows = file.shape().rows();
    }

    void run() {
        checkUpperRows();
        for (int level = graph.levels(); level > 0; level--) {
            checkLists(level, file.shape().levelCounts()[level - 1]);
        }
        checkLists(0, rows);
        if (file.inverseNorms()) {
            for (int row = 0; row < rows; row++) {
                float norm = space.inverseNorm(row);
                check(norm >= 0 && norm <= Float.MAX_VALUE, "%s: inverse norm %s of row %d", label, norm, row);
            }
        }
        checkDuplicates();
        RecordShape shape = file.recordShape();
        if (shape != null) {
            for (int i = 0; i < shape.paddedDimension(); i++) {
                float value = OffHeap.getFloat(centre + 4L * i);
                check(Float.isFinite(value), "%s: the centre has %s in dimension %d", label, value, i);
            }
            for (int row = 0; row < rows; row++) {
                checkRecord(row, graph.list(row) - shape.rowsOffset(), shape);
            }
        }
    }

    /** The row of a record is that of the segment, where it is not changed for the walk, and its estimates are numbers. */
    private void checkRecord(int row, long record, RecordShape shape) {
        boolean plain = space.metric() == MetricType.L2;
        for (int i = 0; i < shape.dimension(); i++) {
            float value = OffHeap.getFloat(record + 4L * i);
            check(
                    Float.isFinite(value) && (!plain || value == OffHeap.getFloat(space.address(row) + 4L * i)),
                    "%s: the record of row %d has %s in dimension %d, which is not that of the row",
                    label,
                    row,
                    value,
                    i);
        }
        for (int place = 0; place < shape.degree(); place++) {
            float addend = OffHeap.getFloat(record + shape.addendsOffset() + 4L * place);
            float factor = OffHeap.getFloat(record + shape.factorsOffset() + 4L * place);
            check(
                    addend > Float.NEGATIVE_INFINITY && Float.isFinite(factor),
                    "%s: the record of row %d estimates neighbour %d by %s and %s",
                    label,
                    row,
                    place,
                    addend,
                    factor);
        }
    }

    private void checkUpperRows() {
        boolean[] seen = new boolean[rows];
        for (int node = 0; node < file.shape().upperNodes(); node++) {
            int row = graph.upperRow(node);
            check(
                    row >= 0 && row < rows && !seen[row],
                    "%s: upper node %d is row %d, which is wrong or taken (position %d)",
                    label,
                    node,
                    row,
                    file.upperRowsOffset() + 4L * node);
            seen[row] = true;
        }
    }

    private void checkLists(int level, int nodes) {
        int degree = graph.degree(level);
        for (int node = 0; node < nodes; node++) {
            long list = graph.list(level, node);
            boolean over = false;
            for (int i = 0; i < degree; i++) {
                int neighbour = OffHeap.getInt(list + ((long) i << 2));
                check(
                        neighbour >= 0 && neighbour < nodes && !(over && neighbour != node),
                        "%s: neighbour %d of node %d on level %d is %d",
                        label,
                        i,
                        node,
                        level,
                        neighbour);
                over = neighbour == node;
            }
        }
    }

    private void checkDuplicates() {
        int flagged = 0;
        for (int row = 0; row < rows; row++) {
            flagged += duplicates.has(row) ? 1 : 0;
        }
        int originals = 0;
        for (int i = 0; i < duplicates.size(); i++) {
            int original = duplicates.original(i);
            int duplicate = duplicates.duplicate(i);
            boolean first = i == 0 || duplicates.original(i - 1) != original;
            boolean ascending =
                    i == 0 || (first ? duplicates.original(i - 1) < original : duplicates.duplicate(i - 1) < duplicate);
            check(
                    original >= 0 && original < duplicate && duplicate < rows && ascending && duplicates.has(original),
                    "%s: duplicate %d of row %d at %d of the table",
                    label,
                    duplicate,
                    original,
                    i);
            originals += first ? 1 : 0;
        }
        check(
                originals == flagged,
                "%s: %d rows have duplicates, %d are marked (position %d)",
                label,
                originals,
                flagged,
                file.duplicateFlagsOffset());
    }
}
