package org.elanus.plugin.indexhnsw;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.elanus.spi.runtime.Cancellation;
import org.elanus.spi.storage.ObjectWriter;

/** Writes the sections of a file one after the other and takes the checksums of its blocks on the way. */
final class GraphFileWriter {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final GraphFile file;
    private final ObjectWriter out;
    private final Cancellation cancellation;
    private final MemorySegment zeros = MemorySegment.ofArray(new byte[64]).asReadOnly();
    private final int[] checksums;
    private final CRC32C block = new CRC32C();
    private long position = GraphFile.HEADER_BYTES;

    GraphFileWriter(GraphFile file, ObjectWriter out, Cancellation cancellation) {
        this.file = file;
        this.out = out;
        this.cancellation = cancellation;
        this.checksums = new int[file.blocks()];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(GraphFile.HEADER_BYTES);
            file.encode(header);
            out.write(header);
        }
    }

    /** Writes a section that begins at the given position of the file. */
    void section(long offset, MemorySegment bytes) {
        begin(offset);
        append(bytes);
    }

    /** Begins a section at the given position of the file. */
    void begin(long offset) {
        pad(offset);
    }

    /** Writes more of the section that was begun. */
    void append(MemorySegment bytes) {
        for (long at = 0; at < bytes.byteSize(); ) {
            long inBlock = (position - GraphFile.HEADER_BYTES) % GraphFile.BLOCK_BYTES;
            long length = Math.min(GraphFile.BLOCK_BYTES - inBlock, bytes.byteSize() - at);
            write(bytes.asSlice(at, length));
            at += length;
            HnswBuilder.check(cancellation);
        }
    }

    /** Writes the checksums and commits. */
    void finish() {
        pad(file.checksumsOffset());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocate(4L * checksums.length + 4);
            for (int i = 0; i < checksums.length; i++) {
                table.set(INT, 4L * i, checksums[i]);
            }
            table.set(INT, 4L * checksums.length, (int) GraphFile.checksum(table.asSlice(0, 4L * checksums.length)));
            out.write(table);
        }
        if (out.position() != file.length()) {
            throw new IllegalStateException(out.position() + " bytes written instead of " + file.length());
        }
        out.commit();
    }

    private void pad(long offset) {
        while (position < offset) {
            write(zeros.asSlice(0, Math.min(64, offset - position)));
        }
    }

    /** Writes bytes that lie within one block or end one. */
    private void write(MemorySegment bytes) {
        out.write(bytes);
        long begin = position - GraphFile.HEADER_BYTES;
        block.update(bytes.asByteBuffer());
        position += bytes.byteSize();
        long end = position - GraphFile.HEADER_BYTES;
        int current = (int) (begin / GraphFile.BLOCK_BYTES);
        if (bytes.byteSize() > 0) {
            checksums[current] = (int) block.getValue();
        }
        if (end % GraphFile.BLOCK_BYTES == 0) {
            block.reset();
        }
    }
}
