package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.MessageId;

/**
 * The header of every record in a channel, byte by byte in {@code docs/format.md}. The header's checksum covers the
 * header and, through the payload's checksum in it, the payload; the next record repeats it as {@code previousCrc}, so
 * that a record that is missing, repeated or from a deposed owner shows.
 *
 * @param epoch of the owner that wrote it
 * @param sequence one higher than the record before, over all epochs; {@link #FLOATING} in a CLAIM that takes the next
 *     one wherever it stands
 * @param part 0 to parts - 1; a payload over the log's record limit is written as several records
 */
record Frame(
        Kind kind,
        long epoch,
        long sequence,
        long timestamp,
        int part,
        int parts,
        int payloadBytes,
        int payloadCrc,
        int previousCrc,
        int crc) {

    enum Kind {
        /** Takes the channel over; the payload is the owner's name. */
        CLAIM,
        DATA,
        /** Empty: whoever reads it back was still the owner when it was written. */
        TICK
    }

    static final int BYTES = 64;
    /** The sequence of a CLAIM in a log that others may write: its owner does not know yet what stands before it. */
    static final long FLOATING = 0;

    private static final byte VERSION = 2;
    private static final int MAGIC = 0x314c_4c45; // "ELL1"
    private static final int CRC_AT = 60;

    /** Encodes a header; the crc component is computed. */
    static Frame seal(
            Kind kind,
            long epoch,
            long sequence,
            long timestamp,
            int part,
            int parts,
            int payloadBytes,
            int payloadCrc,
            int previousCrc) {
        Frame open = new Frame(kind, epoch, sequence, timestamp, part, parts, payloadBytes, payloadCrc, previousCrc, 0);
        byte[] bytes = open.encode();
        return new Frame(
                kind, epoch, sequence, timestamp, part, parts, payloadBytes, payloadCrc, previousCrc, crcOf(bytes));
    }

    byte[] encode() {
        byte[] bytes = new byte[BYTES];
        MemorySegment out = MemorySegment.ofArray(bytes);
        out.set(FixedColumn.INT, 0, MAGIC);
        out.set(ValueLayout.JAVA_BYTE, 4, VERSION);
        out.set(ValueLayout.JAVA_BYTE, 5, (byte) kind.ordinal());
        // 6..7 reserved for a cipher, 8..15 reserved for a key id
        out.set(FixedColumn.LONG, 16, epoch);
        out.set(FixedColumn.LONG, 24, sequence);
        out.set(FixedColumn.LONG, 32, timestamp);
        out.set(FixedColumn.SHORT, 40, (short) part);
        out.set(FixedColumn.SHORT, 42, (short) parts);
        out.set(FixedColumn.INT, 44, payloadBytes);
        out.set(FixedColumn.INT, 48, payloadCrc);
        out.set(FixedColumn.INT, 52, previousCrc);
        // 56..59 reserved
        out.set(FixedColumn.INT, CRC_AT, crc == 0 ? 0 : crc);
        return bytes;
    }

    /** Decodes and checks a record's header and payload. @param where names the record in errors */
    static Frame decode(MemorySegment record, Object where) {
        if (record.byteSize() < BYTES || record.get(FixedColumn.INT, 0) != MAGIC) {
            throw ElanusException.corrupt("record %s is no record of Elanus", where);
        }
        byte version = record.get(ValueLayout.JAVA_BYTE, 4);
        if (version < 1 || version > VERSION) {
            throw ElanusException.corrupt(
                    "record %s has format version %d, this program reads 1 to %d", where, version, VERSION);
        }
        byte[] header = record.asSlice(0, BYTES).toArray(ValueLayout.JAVA_BYTE);
        int crc = record.get(FixedColumn.INT, CRC_AT);
        int kind = header[5];
        if (crcOf(header) != crc || kind < 0 || kind >= Kind.values().length) {
            throw ElanusException.corrupt("header of record %s fails its checksum", where);
        }
        Frame frame = new Frame(
                Kind.values()[kind],
                record.get(FixedColumn.LONG, 16),
                record.get(FixedColumn.LONG, 24),
                record.get(FixedColumn.LONG, 32),
                Short.toUnsignedInt(record.get(FixedColumn.SHORT, 40)),
                Short.toUnsignedInt(record.get(FixedColumn.SHORT, 42)),
                record.get(FixedColumn.INT, 44),
                record.get(FixedColumn.INT, 48),
                record.get(FixedColumn.INT, 52),
                crc);
        if (record.byteSize() != BYTES + (long) frame.payloadBytes) {
            throw ElanusException.corrupt(
                    "record %s has %d bytes, its header says %d", where, record.byteSize(), BYTES + frame.payloadBytes);
        }
        CRC32C payload = new CRC32C();
        payload.update(record.asSlice(BYTES).asByteBuffer());
        if ((int) payload.getValue() != frame.payloadCrc) {
            throw ElanusException.corrupt("payload of record %s fails its checksum", where);
        }
        return frame;
    }

    /** The epoch of a record that is not checked yet; 0 when it is none of Elanus. */
    static long epochOf(MemorySegment record) {
        return record.byteSize() < BYTES || record.get(FixedColumn.INT, 0) != MAGIC
                ? 0
                : record.get(FixedColumn.LONG, 16);
    }

    /** Where this record stands, when its own sequence is the one that counts. */
    LogPosition position(MessageId id) {
        return new LogPosition(id, sequence, timestamp, epoch, crc);
    }

    private static int crcOf(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, CRC_AT);
        return (int) crc.getValue();
    }
}
