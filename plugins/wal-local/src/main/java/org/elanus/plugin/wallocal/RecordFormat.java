package org.elanus.plugin.wallocal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How a record lies in a file: a header of {@value #HEADER} bytes, the body (the payload and behind it the properties),
 * zeros up to a multiple of 8.
 */
final class RecordFormat {

    static final int HEADER = 48;
    static final int MAGIC = 0x4352_4C45; // "ELRC"
    /** A record of the caller's. */
    static final byte DATA = 1;
    /** No record of anybody's: says how far the file was durable when it was written. */
    static final byte MARK = 2;

    static final int MAGIC_OFFSET = 0;
    static final int LENGTH_OFFSET = 4;
    static final int SEQUENCE_OFFSET = 8;
    static final int TERM_OFFSET = 16;
    static final int SYNCED_OFFSET = 24;
    static final int PAYLOAD_CRC_OFFSET = 32;
    static final int CHAIN_OFFSET = 36;
    static final int KIND_OFFSET = 40;
    static final int PROPERTIES_LENGTH_OFFSET = 42;
    static final int HEADER_CRC_OFFSET = 44;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final byte[] ZEROS = new byte[Long.BYTES];

    private RecordFormat() {}

    /** Bytes that a body takes with its padding. */
    static long padded(long length) {
        return length + 7 & -8L;
    }

    /** Bytes that a record with a body of this length takes. */
    static long recordBytes(long length) {
        return HEADER + padded(length);
    }

    /** Writes a header and returns its checksum, which is the chain value for the record behind it. */
    static int putHeader(
            MemorySegment target,
            long offset,
            long salt,
            byte kind,
            int length,
            int propertiesLength,
            long sequence,
            long term,
            long synced,
            int payloadCrc,
            int chain) {
        target.set(INT, offset + MAGIC_OFFSET, MAGIC);
        target.set(INT, offset + LENGTH_OFFSET, length);
        target.set(LONG, offset + SEQUENCE_OFFSET, sequence);
        target.set(LONG, offset + TERM_OFFSET, term);
        target.set(LONG, offset + SYNCED_OFFSET, synced);
        target.set(INT, offset + PAYLOAD_CRC_OFFSET, payloadCrc);
        target.set(INT, offset + CHAIN_OFFSET, chain);
        target.set(SHORT, offset + KIND_OFFSET, kind);
        target.set(SHORT, offset + PROPERTIES_LENGTH_OFFSET, (short) propertiesLength);
        int crc = headerCrc(target, offset, salt);
        target.set(INT, offset + HEADER_CRC_OFFSET, crc);
        return crc;
    }

    /** The checksum over the file's salt and a header without its checksum. */
    static int headerCrc(MemorySegment source, long offset, long salt) {
        byte[] bytes = new byte[Long.BYTES + HEADER_CRC_OFFSET];
        MemorySegment.ofArray(bytes).set(LONG, 0, salt);
        MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, bytes, Long.BYTES, HEADER_CRC_OFFSET);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    /** The checksum over a body and its padding. */
    static int bodyCrc(List<MemorySegment> pieces, long length) {
        CRC32C crc = new CRC32C();
        for (MemorySegment piece : pieces) {
            update(crc, piece);
        }
        crc.update(ZEROS, 0, (int) (padded(length) - length));
        return (int) crc.getValue();
    }

    static int crc(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        update(crc, bytes);
        return (int) crc.getValue();
    }

    private static void update(CRC32C crc, MemorySegment bytes) {
        if (bytes.isNative()
                || bytes.heapBase().filter(byte[].class::isInstance).isPresent()) {
            crc.update(bytes.asByteBuffer());
            return;
        }
        // Arrays of other types cannot be seen as a byte buffer.
        byte[] copy = new byte[(int) Math.min(bytes.byteSize(), 8192)];
        for (long at = 0; at < bytes.byteSize(); at += copy.length) {
            int count = (int) Math.min(copy.length, bytes.byteSize() - at);
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, copy, 0, count);
            crc.update(copy, 0, count);
        }
    }
}
