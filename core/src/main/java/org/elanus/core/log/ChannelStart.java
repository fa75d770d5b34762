package org.elanus.core.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.MessageId;
import org.jspecify.annotations.Nullable;

/**
 * The note that says where a channel's log begins: the position up to which it may have been truncated. What stands
 * there says how the records behind it are to be judged, which a log that begins in the middle cannot say itself. The
 * bytes are described in {@code docs/format.md}.
 */
public final class ChannelStart {

    /** The note's name. */
    public static final String NOTE = "start";

    private static final int MAGIC = 0x534c_4c45; // "ELLS"
    private static final byte VERSION = 1;
    private static final int FIXED = 37;

    private ChannelStart() {}

    /**
     * A position as a note. One without id says that a log, new and empty, continues another one that ended there.
     */
    public static byte[] encode(LogPosition position) {
        MessageId id = position.id();
        byte[] name = id == null ? new byte[0] : id.walName().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = id == null ? new byte[0] : id.bytes();
        ByteBuffer out =
                ByteBuffer.allocate(FIXED + 4 + name.length + bytes.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).put(VERSION);
        out.putLong(position.sequence()).putLong(position.timestamp()).putLong(position.epoch());
        out.putInt(position.crc()).putInt(0);
        out.putShort((short) name.length)
                .put(name)
                .putShort((short) bytes.length)
                .put(bytes);
        out.putInt(checksum(out.array(), out.position()));
        return out.array();
    }

    /** Where the log begins; {@link LogPosition#START} when there is no note. */
    public static LogPosition of(Map<String, byte[]> notes) {
        byte[] note = notes.get(NOTE);
        return note == null ? LogPosition.START : decode(note);
    }

    private static LogPosition decode(byte[] note) {
        ByteBuffer in = ByteBuffer.wrap(note).order(ByteOrder.LITTLE_ENDIAN);
        if (note.length < FIXED + 8
                || in.getInt() != MAGIC
                || in.getInt(note.length - 4) != checksum(note, note.length - 4)) {
            throw ElanusException.corrupt("the note that says where a channel's log begins fails its checksum");
        }
        byte version = in.get();
        if (version != VERSION) {
            throw ElanusException.corrupt(
                    "the note that says where a channel's log begins has version %d, this program reads 1", version);
        }
        long sequence = in.getLong();
        long timestamp = in.getLong();
        long epoch = in.getLong();
        int crc = in.getInt();
        in.getInt();
        byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(name);
        byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        @Nullable
        MessageId id = name.length == 0 ? null : new MessageId(new String(name, StandardCharsets.UTF_8), bytes);
        return new LogPosition(id, sequence, timestamp, epoch, crc);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
