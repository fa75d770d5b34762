package org.elanus.plugin.wallocal;

import static org.elanus.plugin.wallocal.RecordFormat.HEADER;
import static org.elanus.plugin.wallocal.RecordFormat.INT;
import static org.elanus.plugin.wallocal.RecordFormat.LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;

/**
 * Reads the records of one file, checking them. For one thread. Memory is taken in blocks that are never written again;
 * payloads are views of them and live as long as they are reachable.
 */
final class RecordReader implements AutoCloseable {

    private static final int BLOCK = 256 << 10;

    private final LogFile file;
    private final ReadableFile handle;
    private MemorySegment block = MemorySegment.NULL;
    private long blockStart;

    // The record found last.
    private byte kind;
    private int length;
    private int propertiesLength;
    private long sequence;
    private long term;
    private long synced;
    private int payloadCrc;
    private int chain;
    private int crc;
    private MemorySegment body = MemorySegment.NULL;

    RecordReader(Files files, LogFile file) throws IOException {
        this.file = file;
        this.handle = files.read(file.path());
    }

    LogFile file() {
        return file;
    }

    long size() throws IOException {
        return handle.size();
    }

    /** Forgets what was read ahead, since bytes behind the durable end may have changed. */
    void forget() {
        block = MemorySegment.NULL;
    }

    /**
     * Reads the header of the record at a position and checks it.
     *
     * @param limit nothing from this position on is looked at
     * @return false when no sound header stands there
     */
    boolean readHeader(long position, long limit) throws IOException {
        return load(position, HEADER, limit) && parseHeader(position - blockStart) && recordBytes() <= limit - position;
    }

    /** Reads and checks the body of the header read last; false when it does not match its checksum. */
    boolean readBody(long position, long limit) throws IOException {
        long padded = RecordFormat.padded(bodyLength());
        if (!load(position + HEADER, padded, limit)) {
            return false;
        }
        MemorySegment bytes = block.asSlice(position + HEADER - blockStart, padded);
        body = bytes.asSlice(0, bodyLength()).asReadOnly();
        return RecordFormat.crc(bytes) == payloadCrc;
    }

    /** How far the file was durable by the word of any sound header from a position on; 0 when there is none. */
    long syncedByLaterRecords(long from) throws IOException {
        long size = size();
        long newest = 0;
        long position = from;
        while (load(position, HEADER, size)) {
            long last = block.byteSize() - HEADER;
            long offset = position - blockStart;
            for (; offset <= last; offset += Long.BYTES) {
                if (block.get(INT, offset) == RecordFormat.MAGIC && parseHeader(offset)) {
                    newest = Math.max(newest, synced);
                }
            }
            position = blockStart + offset;
        }
        return newest;
    }

    private boolean parseHeader(long offset) {
        if (block.get(INT, offset + RecordFormat.MAGIC_OFFSET) != RecordFormat.MAGIC) {
            return false;
        }
        crc = block.get(INT, offset + RecordFormat.HEADER_CRC_OFFSET);
        if (crc != RecordFormat.headerCrc(block, offset, file.header().salt())) {
            return false;
        }
        length = block.get(INT, offset + RecordFormat.LENGTH_OFFSET);
        sequence = block.get(LONG, offset + RecordFormat.SEQUENCE_OFFSET);
        term = block.get(LONG, offset + RecordFormat.TERM_OFFSET);
        synced = block.get(LONG, offset + RecordFormat.SYNCED_OFFSET);
        payloadCrc = block.get(INT, offset + RecordFormat.PAYLOAD_CRC_OFFSET);
        chain = block.get(INT, offset + RecordFormat.CHAIN_OFFSET);
        int kindBits = block.get(RecordFormat.SHORT, offset + RecordFormat.KIND_OFFSET);
        kind = (byte) kindBits;
        propertiesLength =
                Short.toUnsignedInt(block.get(RecordFormat.SHORT, offset + RecordFormat.PROPERTIES_LENGTH_OFFSET));
        return length >= 0
                && (propertiesLength == 0 || file.header().version() > FileHeader.OLDEST_VERSION)
                && (kindBits == RecordFormat.DATA || kindBits == RecordFormat.MARK);
    }

    /** Makes the block hold the given range, if it lies before the limit and in the file. */
    private boolean load(long position, long size, long limit) throws IOException {
        if (position >= blockStart && position + size <= blockStart + block.byteSize()) {
            return true;
        }
        if (size > limit - position) {
            return false;
        }
        long wanted = Math.max(size, Math.min(BLOCK, limit - position));
        MemorySegment fresh = Arena.ofAuto().allocate(wanted, 64);
        int count = handle.read(fresh.asByteBuffer(), position);
        block = fresh.asSlice(0, count);
        blockStart = position;
        return count >= size;
    }

    boolean isMark() {
        return kind == RecordFormat.MARK;
    }

    long sequence() {
        return sequence;
    }

    long term() {
        return term;
    }

    long synced() {
        return synced;
    }

    /** The checksum of the record header before this one. */
    int chain() {
        return chain;
    }

    /** This record header's own checksum. */
    int crc() {
        return crc;
    }

    /** Payload and properties. */
    MemorySegment body() {
        return body;
    }

    int propertiesLength() {
        return propertiesLength;
    }

    MemorySegment payload() {
        return body.asSlice(0, length);
    }

    Map<String, String> properties() {
        return propertiesLength == 0
                ? Map.of()
                : RecordProperties.decode(body.asSlice(length).asByteBuffer());
    }

    private long bodyLength() {
        return (long) length + propertiesLength;
    }

    /** Bytes from the record's position to the next one's. */
    long recordBytes() {
        return RecordFormat.recordBytes(bodyLength());
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
