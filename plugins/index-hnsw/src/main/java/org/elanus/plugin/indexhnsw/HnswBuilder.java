package org.elanus.plugin.indexhnsw;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.index.VectorIndexBuilder;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.elanus.spi.storage.ObjectWriter;

/**
 * Builds a graph in memory and writes it. With one thread the same rows give the same file, byte for byte; with several
 * the order of insertion varies and with it some edges.
 */
final class HnswBuilder implements VectorIndexBuilder {

    /** So many nodes are inserted by one thread, lest the first ones do not see each other. */
    private static final int ALONE = 512;

    private static final int CHUNK = 16;
    private static final int STRIPES = 1024;

    private final MetricType metric;
    private final HnswParameters parameters;
    private long peakBytes;

    HnswBuilder(MetricType metric, HnswParameters parameters) {
        this.metric = metric;
        this.parameters = parameters;
    }

    /** Memory that a build takes at its peak. */
    static long estimateBytes(int rows, int dimension, HnswParameters parameters) {
        GraphShape shape = GraphShape.expected(rows, parameters.m());
        long lists = shape.levelZeroBytes() + shape.upperBytes();
        RecordShape records = parameters.records(rows, dimension, dimension);
        return 2 * lists
                + 4L * shape.upperNodes()
                + rows * perRowBytes()
                + 4096
                + (records == null ? 0 : FusedBuild.estimateBytes(records, rows));
    }

    /** Weights, level, a mark for one thread, queue and set of the last check. */
    private static long perRowBytes() {
        return 4 + 1 + 1 + 4 + 1;
    }

    @Override
    public void build(
            VectorSource source, IndexFiles files, Executor workers, int parallelism, Cancellation cancellation) {
        if (source.type() != DataType.FLOAT_VECTOR) {
            throw new ElanusException(
                    StandardErrorCode.INDEX_NOT_SUPPORTED,
                    "HNSW indexes FLOAT_VECTOR, not %s".formatted(source.type()));
        }
        try (BuildMemory memory = new BuildMemory()) {
            build(source, files, workers, parallelism, cancellation, memory);
            peakBytes = memory.bytes();
        }
    }

    /** What the build took; for the check of the estimate. */
    long peakBytes() {
        return peakBytes;
    }

    private void build(
            VectorSource source,
            IndexFiles files,
            Executor workers,
            int parallelism,
            Cancellation cancellation,
            BuildMemory memory) {
        int rows = source.rows();
        long vectorBytes = 4L * source.dimension();
        long stride = source.stride();
        MemorySegment vectors = source.vectors();
        if (!vectors.isNative() && rows > 0) {
            MemorySegment copy = memory.allocate(vectors.byteSize());
            copy.copyFrom(vectors);
            vectors = copy;
        }
        long[] duplicates = DuplicateRows.find(vectors, stride, rows, vectorBytes, cancellation);
        NodeLevels levels = new NodeLevels(rows, parameters.m(), duplicates);
        GraphShape shape = GraphShape.of(rows, parameters.m(), levels.levelCounts);

        MemorySegment lists = memory.allocate(shape.levelZeroBytes());
        MemorySegment listLengths = memory.allocate(shape.levelZeroBytes());
        MemorySegment upperLists = memory.allocate(shape.upperBytes());
        MemorySegment upperLengths = memory.allocate(shape.upperBytes());
        MemorySegment upperRows = memory.allocate(4L * shape.upperNodes());
        MemorySegment weights = memory.allocate(4L * VectorSpace.weightsOf(metric) * rows);
        memory.note(rows * perRowBytes());
        for (int node = 0; node < levels.upperRows.length; node++) {
            OffHeap.putInt(upperRows.address() + 4L * node, levels.upperRows[node]);
        }
        Graph graph = new Graph(shape, lists.address(), upperLists.address(), upperRows.address(), rows == 0 ? -1 : 0);
        clear(graph);
        VectorSpace space = new VectorSpace(metric, source.dimension(), vectors.address(), stride, weights.address());
        RowWeights.compute(space, rows);
        LinkLengths lengths =
                new LinkLengths(listLengths.address() - lists.address(), upperLengths.address() - upperLists.address());
        insertAll(space, graph, lengths, levels, workers, parallelism, cancellation);
        int entry = levels.levelCounts.length == 0 ? graph.entry() : levels.upperRows[0];
        GraphFile file = new GraphFile(
                shape,
                source.dimension(),
                source.type(),
                metric,
                parameters,
                entry,
                duplicates.length,
                metric == MetricType.COSINE && !RowWeights.areAllOne(weights.address(), rows),
                null);
        WalkSpace walk = WalkSpace.of(space, rows);
        RecordShape records = parameters.records(rows, source.dimension(), walk.dimension());
        FusedBuild fused = records == null || entry < 0 || !walk.isSound(rows)
                ? null
                : new FusedBuild(walk, records, rows, memory, workers, parallelism, cancellation);
        int start = fused == null ? -1 : fused.prepare(graph, entry);
        if (records == null || fused == null || parameters.codes() == null && !fused.estimatesServe()) {
            write(files, cancellation, file, duplicates, weights, MemorySegment.NULL, writer -> {
                writer.section(file.upperRowsOffset(), upperRows.asSlice(0, 4L * shape.upperNodes()));
                writer.section(file.upperListsOffset(), upperLists.asSlice(0, shape.upperBytes()));
                writer.section(file.listsOffset(), lists.asSlice(0, shape.levelZeroBytes()));
            });
            return;
        }
        GraphFile fusedFile = file.withRecords(records, walk, start);
        write(files, cancellation, fusedFile, duplicates, weights, fused.centre(), writer -> {
            writer.begin(fusedFile.listsOffset());
            fused.encode(writer::append);
        });
    }

    /** Fills every list with the number of its own node. */
    private static void clear(Graph graph) {
        GraphShape shape = graph.shape();
        for (int level = 0; level <= shape.levels(); level++) {
            int nodes = level == 0 ? shape.rows() : shape.levelCounts()[level - 1];
            long bytes = level == 0 ? shape.listBytes() : shape.upperListBytes();
            for (int node = 0; node < nodes; node++) {
                long list = graph.list(level, node);
                for (long at = list; at < list + bytes; at += 4) {
                    OffHeap.putInt(at, node);
                }
            }
        }
    }

    private void insertAll(
            VectorSpace space,
            Graph graph,
            LinkLengths lengths,
            NodeLevels levels,
            Executor workers,
            int parallelism,
            Cancellation cancellation) {
        ReentrantLock[] stripes = new ReentrantLock[STRIPES];
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
        // Upper nodes come first, the highest of all in front: it is the entry from the start. They are a random
        // sample,
        // so the graph has its wide edges before it gets its short ones.
        int items = levels.upperRows.length + levels.levels.length;
        int alone = Math.min(items, parallelism > 1 ? ALONE : items);
        NodeInserter first = new NodeInserter(space, graph, lengths, stripes, parameters);
        insert(first, levels, 1, alone, cancellation);
        if (alone < items) {
            AtomicInteger next = new AtomicInteger(alone);
            AtomicInteger members = new AtomicInteger();
            WorkCrew.run(workers, parallelism - 1, stopped -> {
                NodeInserter inserter = members.getAndIncrement() == 0
                        ? first
                        : new NodeInserter(space, graph, lengths, stripes, parameters);
                int from;
                while ((from = next.getAndAdd(CHUNK)) < items && !stopped.getAsBoolean()) {
                    insert(inserter, levels, from, Math.min(from + CHUNK, items), cancellation);
                }
            });
        }
        if (graph.entry() >= 0) {
            new Reachability(graph, levels, lengths).repair(first);
        }
    }

    /** Inserts the upper nodes and rows that stand at the given places of the order. */
    private static void insert(NodeInserter inserter, NodeLevels levels, int from, int to, Cancellation cancellation) {
        int upper = levels.upperRows.length;
        for (int i = from; i < to; i++) {
            if (i % CHUNK == 0) {
                check(cancellation);
            }
            if (i < upper) {
                int row = levels.upperRows[i];
                inserter.insert(row, i, levels.levels[row]);
            } else if (levels.levels[i - upper] == 0) {
                inserter.insert(i - upper, -1, 0);
            }
        }
    }

    static void check(Cancellation cancellation) {
        if (cancellation.isCancelled()) {
            throw new ElanusException(StandardErrorCode.CANCELLED, "the build of the HNSW index was cancelled");
        }
    }

    /** @param graph writes the graph itself */
    private static void write(
            IndexFiles files,
            Cancellation cancellation,
            GraphFile file,
            long[] duplicates,
            MemorySegment weights,
            MemorySegment centre,
            Consumer<GraphFileWriter> graph) {
        int rows = file.shape().rows();
        try (ObjectWriter out = files.create(GraphFile.NAME)) {
            GraphFileWriter writer = new GraphFileWriter(file, out, cancellation);
            graph.accept(writer);
            if (file.inverseNorms()) {
                writer.section(file.inverseNormsOffset(), weights.asSlice(0, 4L * rows));
            }
            if (duplicates.length > 0) {
                writer.section(file.duplicateFlagsOffset(), DuplicateTable.flags(duplicates, rows));
                writer.section(file.duplicatesOffset(), DuplicateTable.encode(duplicates));
            }
            writer.section(file.centreOffset(), centre);
            writer.finish();
        }
    }

    @Override
    public void close() {}
}
