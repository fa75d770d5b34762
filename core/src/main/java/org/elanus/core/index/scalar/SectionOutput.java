package org.elanus.core.index.scalar;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.elanus.core.runtime.Checksums;
import org.elanus.spi.storage.ObjectWriter;

/** Writes an index file section by section through a small buffer, with a checksum for each block. For one thread. */
final class SectionOutput {

    private static final int BUFFER_BYTES = 64 << 10;

    private final ObjectWriter target;
    private final MemorySegment buffer = MemorySegment.ofArray(new byte[BUFFER_BYTES]);
    private final CRC32C block = new CRC32C();
    private final List<Integer> checksums = new ArrayList<>();
    private final long[] offsets = new long[Section.COUNT];
    private final long[] lengths = new long[Section.COUNT];
    private int filled;
    private long written;
    private long inBlock;

    SectionOutput(ObjectWriter target) {
        this.target = target;
        MemorySegment header = MemorySegment.ofArray(new byte[ScalarFormat.HEADER_BYTES]);
        header.set(ScalarFormat.LONG, 0, ScalarFormat.MAGIC);
        header.set(ScalarFormat.INT, ScalarFormat.AT_VERSION, ScalarFormat.VERSION);
        header.set(ScalarFormat.INT, ScalarFormat.AT_HEADER_BYTES, ScalarFormat.HEADER_BYTES);
        header.set(
                ScalarFormat.INT,
                ScalarFormat.AT_HEADER_CHECKSUM,
                Checksums.crc32c(header.asSlice(0, ScalarFormat.AT_HEADER_CHECKSUM)));
        target.write(header);
        written = ScalarFormat.HEADER_BYTES;
    }

    void begin(Section section) {
        pad();
        offsets[section.ordinal()] = written;
    }

    /** Bytes of the section so far. */
    long length(Section section) {
        return written - offsets[section.ordinal()];
    }

    void end(Section section) {
        lengths[section.ordinal()] = length(section);
    }

    void writeInt(int value) {
        room(Integer.BYTES);
        buffer.set(ScalarFormat.INT, filled, value);
        filled += Integer.BYTES;
        written += Integer.BYTES;
    }

    void writeLong(long value) {
        room(Long.BYTES);
        buffer.set(ScalarFormat.LONG, filled, value);
        filled += Long.BYTES;
        written += Long.BYTES;
    }

    void write(MemorySegment bytes) {
        for (long at = 0; at < bytes.byteSize(); ) {
            room(1);
            int count = (int) Math.min(bytes.byteSize() - at, BUFFER_BYTES - filled);
            MemorySegment.copy(bytes, at, buffer, filled, count);
            filled += count;
            written += count;
            at += count;
        }
    }

    private void room(int bytes) {
        if (filled + bytes > BUFFER_BYTES) {
            flush();
        }
    }

    private void pad() {
        while (written != ScalarFormat.align(written)) {
            room(1);
            buffer.set(java.lang.foreign.ValueLayout.JAVA_BYTE, filled++, (byte) 0);
            written++;
        }
    }

    private void flush() {
        for (int at = 0; at < filled; ) {
            int count = (int) Math.min(filled - at, ScalarFormat.BLOCK_BYTES - inBlock);
            Checksums.update(block, buffer.asSlice(at, count));
            at += count;
            inBlock += count;
            if (inBlock == ScalarFormat.BLOCK_BYTES) {
                endBlock();
            }
        }
        target.write(buffer.asSlice(0, filled));
        filled = 0;
    }

    private void endBlock() {
        checksums.add((int) block.getValue());
        block.reset();
        inBlock = 0;
    }

    /** Writes checksums and footer. @param footer with the fields that are not about places */
    void finish(MemorySegment footer) {
        pad();
        flush();
        if (inBlock > 0) {
            endBlock();
        }
        MemorySegment table = MemorySegment.ofArray(new byte[checksums.size() * Integer.BYTES]);
        for (int i = 0; i < checksums.size(); i++) {
            table.set(ScalarFormat.INT, 4L * i, checksums.get(i));
        }
        target.write(table);
        footer.set(ScalarFormat.INT, ScalarFormat.AT_BLOCK_BYTES, ScalarFormat.BLOCK_BYTES);
        footer.set(ScalarFormat.LONG, ScalarFormat.AT_CHECKSUMS, written);
        footer.set(
                ScalarFormat.LONG, ScalarFormat.AT_FILE_BYTES, written + table.byteSize() + ScalarFormat.FOOTER_BYTES);
        for (int i = 0; i < Section.COUNT; i++) {
            footer.set(ScalarFormat.LONG, ScalarFormat.AT_SECTIONS + 16L * i, offsets[i]);
            footer.set(ScalarFormat.LONG, ScalarFormat.AT_SECTIONS + 16L * i + 8, lengths[i]);
        }
        CRC32C checksum = new CRC32C();
        Checksums.update(checksum, table);
        Checksums.update(checksum, footer.asSlice(0, ScalarFormat.AT_FOOTER_CHECKSUM));
        footer.set(ScalarFormat.INT, ScalarFormat.AT_FOOTER_CHECKSUM, (int) checksum.getValue());
        target.write(footer);
    }
}
