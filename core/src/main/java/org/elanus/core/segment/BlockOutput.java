package org.elanus.core.segment;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.elanus.core.runtime.Checksums;
import org.elanus.core.segment.SegmentFormat.Block;
import org.elanus.core.segment.SegmentFormat.BlockKind;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.storage.ObjectWriter;

/** Writes a data object block by block through a small buffer. For one thread. */
final class BlockOutput implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 << 10;
    private static final int DIRECT_BYTES = 64 << 10;

    private final ObjectWriter target;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 64);
    private final List<Block> blocks = new ArrayList<>();
    private final CRC32C checksum = new CRC32C();
    private int filled;
    private long start;

    BlockOutput(ObjectWriter target) {
        this.target = target;
    }

    /** What stands before the first block. Its length is a multiple of the alignment. */
    void header(byte[] bytes) {
        target.write(MemorySegment.ofArray(bytes));
    }

    void begin() {
        checksum.reset();
        start = target.position();
    }

    void write(MemorySegment source, long offset, long length) {
        if (length >= DIRECT_BYTES) {
            flush();
            MemorySegment bytes = source.asSlice(offset, length);
            target.write(bytes);
            Checksums.update(checksum, bytes);
            return;
        }
        if (length > BUFFER_BYTES - filled) {
            flush();
        }
        MemorySegment.copy(source, offset, buffer, filled, length);
        filled += (int) length;
    }

    void write(MemorySegment source) {
        write(source, 0, source.byteSize());
    }

    void writeInt(int value) {
        if (BUFFER_BYTES - filled < 4) {
            flush();
        }
        buffer.set(FixedColumn.INT, filled, value);
        filled += 4;
    }

    /** Ends a block and fills it up to the alignment. */
    void end(BlockKind kind, int column) {
        flush();
        long length = target.position() - start;
        blocks.add(new Block(kind, column, start, length, (int) checksum.getValue()));
        long padding = SegmentFormat.align(length) - length;
        if (padding > 0) {
            target.write(MemorySegment.ofArray(new byte[(int) padding]));
        }
    }

    /** Writes the footer. @return its checksum */
    int footer(int headerChecksum) {
        MemorySegment footer =
                MemorySegment.ofArray(SegmentFormat.encodeFooter(blocks, target.position(), headerChecksum));
        target.write(footer);
        return SegmentFormat.footerChecksum(footer);
    }

    private void flush() {
        if (filled > 0) {
            MemorySegment bytes = buffer.asSlice(0, filled);
            target.write(bytes);
            Checksums.update(checksum, bytes);
            filled = 0;
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
