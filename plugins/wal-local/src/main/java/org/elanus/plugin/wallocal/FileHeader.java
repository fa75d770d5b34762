package org.elanus.plugin.wallocal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * The first {@value #LENGTH} bytes of a file of the log. The layout is in {@code docs/format-wal-local.md}.
 *
 * @param version of the format of the whole file
 * @param number counts the files of a channel, from 1
 * @param firstSequence sequence number of the file's first record
 * @param term under which the file was begun
 * @param previousEnd where the records of the file before end; what lies behind does not count. 0 in the first file
 * @param previousChain the chain value at that end
 * @param syncedAtBirth every byte before this position was durable when the file got its name
 * @param createdMillis for people, milliseconds since 1970
 * @param salt random; part of the checksum of each record header, so that a block of another file is never taken for one
 *     of this
 * @param channel the channel's name
 * @param checksum over everything before it; the chain value at the file's first record
 */
record FileHeader(
        int version,
        long number,
        long firstSequence,
        long term,
        long previousEnd,
        int previousChain,
        long syncedAtBirth,
        long createdMillis,
        long salt,
        String channel,
        int checksum) {

    static final int LENGTH = 256;
    /** Written; records may have properties. */
    static final int VERSION = 2;
    /** The oldest that is read; records have no properties. */
    static final int OLDEST_VERSION = 1;

    private static final long MAGIC = ByteBuffer.wrap("ELANUSWL".getBytes(US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong();
    private static final int CHANNEL_OFFSET = 88;
    private static final int CHECKSUM_OFFSET = LENGTH - Integer.BYTES;

    /** The header with its checksum, from the parts that its maker knows. */
    static FileHeader of(
            long number,
            long firstSequence,
            long term,
            long previousEnd,
            int previousChain,
            long syncedAtBirth,
            long createdMillis,
            long salt,
            String channel) {
        FileHeader open = new FileHeader(
                VERSION,
                number,
                firstSequence,
                term,
                previousEnd,
                previousChain,
                syncedAtBirth,
                createdMillis,
                salt,
                channel,
                0);
        int checksum = checksum(open.encode());
        return new FileHeader(
                VERSION,
                number,
                firstSequence,
                term,
                previousEnd,
                previousChain,
                syncedAtBirth,
                createdMillis,
                salt,
                channel,
                checksum);
    }

    ByteBuffer encode() {
        byte[] name = channel.getBytes(US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC)
                .putInt(version)
                .putInt(LENGTH)
                .putLong(number)
                .putLong(firstSequence)
                .putLong(term)
                .putLong(previousEnd)
                .putInt(previousChain)
                .putInt(0)
                .putLong(syncedAtBirth)
                .putLong(createdMillis)
                .putLong(salt)
                .putInt(0) // cipher: none
                .putInt(name.length);
        bytes.put(CHANNEL_OFFSET, name);
        bytes.putInt(CHECKSUM_OFFSET, checksum);
        return bytes.rewind();
    }

    /**
     * Reads a header and checks that it belongs here.
     *
     * @throws ElanusException CORRUPT naming the file; UNSUPPORTED for a newer format
     */
    static FileHeader decode(Path path, ByteBuffer bytes, long number, String channel) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < LENGTH || bytes.getLong(0) != MAGIC) {
            throw ElanusException.corrupt(
                    "the log is corrupt in %s at byte 0: the file does not begin with the header of a log file", path);
        }
        int checksum = bytes.getInt(CHECKSUM_OFFSET);
        if (checksum != checksum(bytes)) {
            throw ElanusException.corrupt(
                    "the log is corrupt in %s at byte 0: the header does not match its checksum", path);
        }
        int version = bytes.getInt(8);
        if (version < OLDEST_VERSION || version > VERSION || bytes.getInt(80) != 0) {
            throw new ElanusException(
                    StandardErrorCode.UNSUPPORTED,
                    "%s has log format version %d and cipher %d; this version of Elanus reads format versions %d to %d without a cipher"
                            .formatted(path, version, bytes.getInt(80), OLDEST_VERSION, VERSION));
        }
        byte[] name = new byte[bytes.getInt(84)];
        bytes.get(CHANNEL_OFFSET, name);
        FileHeader header = new FileHeader(
                version,
                bytes.getLong(16),
                bytes.getLong(24),
                bytes.getLong(32),
                bytes.getLong(40),
                bytes.getInt(48),
                bytes.getLong(56),
                bytes.getLong(64),
                bytes.getLong(72),
                new String(name, US_ASCII),
                checksum);
        if (header.number != number || !header.channel.equals(channel)) {
            throw ElanusException.corrupt(
                    "the log is corrupt in %s at byte 0: the header is that of file %d of channel %s, not of file %d of channel %s",
                    path, header.number, header.channel, number, channel);
        }
        return header;
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, CHECKSUM_OFFSET));
        return (int) crc.getValue();
    }
}
