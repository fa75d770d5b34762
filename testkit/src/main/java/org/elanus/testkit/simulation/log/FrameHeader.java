package org.elanus.testkit.simulation.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The header of a record of a channel, in place, as {@code docs/format.md} lays it out. For one thread. */
public final class FrameHeader {

    /** Bytes of a header. */
    public static final int BYTES = 64;

    public static final byte CLAIM = 0;
    public static final byte DATA = 1;

    private static final int KIND_AT = 5;
    private static final int EPOCH_AT = 16;
    private static final int SEQUENCE_AT = 24;
    private static final int TIMESTAMP_AT = 32;
    private static final int PART_AT = 40;
    private static final int PARTS_AT = 42;
    private static final int PREVIOUS_CRC_AT = 52;
    private static final int CRC_AT = 60;

    private final ByteBuffer bytes;

    /** @param record begins with the header, which is read and changed in it */
    public FrameHeader(byte[] record) {
        bytes = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether a record holds a batch that is not cut into parts. */
    static boolean isWholeBatch(byte[] record) {
        FrameHeader header = new FrameHeader(record);
        return header.kind() == DATA && header.parts() == 1;
    }

    static boolean isClaim(byte[] record) {
        return new FrameHeader(record).kind() == CLAIM;
    }

    public byte kind() {
        return bytes.get(KIND_AT);
    }

    public long epoch() {
        return bytes.getLong(EPOCH_AT);
    }

    public long sequence() {
        return bytes.getLong(SEQUENCE_AT);
    }

    public long timestamp() {
        return bytes.getLong(TIMESTAMP_AT);
    }

    public int part() {
        return Short.toUnsignedInt(bytes.getShort(PART_AT));
    }

    public int parts() {
        return Short.toUnsignedInt(bytes.getShort(PARTS_AT));
    }

    public int previousCrc() {
        return bytes.getInt(PREVIOUS_CRC_AT);
    }

    public int crc() {
        return bytes.getInt(CRC_AT);
    }

    /** Gives the record another place; its checksum is made anew. */
    public void place(long epoch, long sequence, long timestamp, int previousCrc) {
        bytes.putLong(EPOCH_AT, epoch);
        bytes.putLong(SEQUENCE_AT, sequence);
        bytes.putLong(TIMESTAMP_AT, timestamp);
        bytes.putInt(PREVIOUS_CRC_AT, previousCrc);
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, CRC_AT);
        bytes.putInt(CRC_AT, (int) crc.getValue());
    }
}
