package org.elanus.plugin.indexhnsw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.index.VectorIndex;
import org.elanus.spi.index.VectorSearcher;
import org.elanus.spi.index.VectorSource;
import org.jspecify.annotations.Nullable;

/** A graph in its mapped file, over the vectors where the segment has them; neither is copied when it is native. */
final class HnswIndex implements VectorIndex {

    private static final String LABEL = "HNSW file '" + GraphFile.NAME + "'";

    private final Arena arena;
    private final GraphFile header;
    private final MemorySegment file;

    /** Held so that what the addresses point to stays. */
    private final MemorySegment vectors;

    private final VectorSpace space;
    private final Graph graph;
    private final @Nullable FusedGraph fused;
    private final DuplicateTable duplicates;
    private volatile boolean closed;

    private HnswIndex(Arena arena, GraphFile header, MemorySegment file, VectorSource source, MemorySegment vectors) {
        this.arena = arena;
        this.header = header;
        this.file = file;
        this.vectors = vectors;
        long begin = file.address();
        this.space = new VectorSpace(
                header.metric(),
                header.dimension(),
                vectors.address(),
                source.stride(),
                header.inverseNorms() ? begin + header.inverseNormsOffset() : VectorSpace.NO_WEIGHTS);
        RecordShape records = header.recordShape();
        this.graph = new Graph(
                header.shape(),
                begin + header.listsOffset() + (records == null ? 0 : records.rowsOffset()),
                records == null ? header.shape().listBytes() : records.bytes(),
                begin + header.upperListsOffset(),
                begin + header.upperRowsOffset(),
                header.entry());
        GraphFile.Fused walk = header.fused();
        this.fused = records == null || walk == null
                ? null
                : new FusedGraph(
                        records,
                        begin + header.listsOffset(),
                        begin + header.centreOffset(),
                        walk.radius(),
                        header.entry());
        long flags = header.duplicates() == 0 ? 0 : (header.shape().rows() + 63L) / 64 * 8;
        this.duplicates = new DuplicateTable(
                file.asSlice(header.duplicateFlagsOffset(), flags),
                file.asSlice(header.duplicatesOffset(), 8L * header.duplicates()));
    }

    static HnswIndex open(VectorSource source, MetricType metric, IndexFiles files) {
        MemorySegment mapped = files.map(GraphFile.NAME);
        GraphFile header = GraphFile.decode(mapped, LABEL);
        GraphFile.check(
                header.shape().rows() == source.rows()
                        && header.dimension() == source.dimension()
                        && header.type() == source.type()
                        && header.metric() == metric,
                "%s: it was built over %d rows of %d dimensions (%s, %s), not over these %d of %d (%s, %s)",
                LABEL,
                header.shape().rows(),
                header.dimension(),
                header.type(),
                header.metric(),
                source.rows(),
                source.dimension(),
                source.type(),
                metric);
        Arena arena = Arena.ofShared();
        try {
            return new HnswIndex(arena, header, offHeap(mapped, arena), source, offHeap(source.vectors(), arena));
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Memory of the Java heap has no address; a host that keeps it there gets a copy. */
    private static MemorySegment offHeap(MemorySegment segment, Arena arena) {
        return segment.isNative()
                ? segment
                : arena.allocate(Math.max(segment.byteSize(), 1), 64)
                        .asSlice(0, segment.byteSize())
                        .copyFrom(segment);
    }

    VectorSpace space() {
        return space;
    }

    Graph graph() {
        return graph;
    }

    /** The records of the rows; null when the graph has lists alone. */
    @Nullable
    FusedGraph fused() {
        return fused;
    }

    DuplicateTable duplicates() {
        return duplicates;
    }

    /** Refuses to go on when the memory may be gone. */
    void ensureOpen() {
        if (closed) {
            throw new ElanusException(StandardErrorCode.CLOSED, "the HNSW index is closed");
        }
    }

    static ElanusException rowOutOfRange(Throwable cause) {
        return new ElanusException(
                StandardErrorCode.CORRUPT, LABEL + ": a list names a row that does not exist; check the data", cause);
    }

    @Override
    public VectorSearcher searcher() {
        ensureOpen();
        return new HnswSearcher(this);
    }

    @Override
    public void checkIntegrity() {
        ensureOpen();
        GraphFile.decode(file, LABEL);
        header.checkBlocks(file, LABEL);
        new GraphCheck(header, graph, duplicates, space, file.address() + header.centreOffset(), LABEL).run();
    }

    @Override
    public long memoryBytes() {
        return file.byteSize();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
