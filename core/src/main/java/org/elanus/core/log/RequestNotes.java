package org.elanus.core.log;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.elanus.spi.error.ElanusException;

/**
 * Keeps the request keys of records that the log is about to forget, in notes that are written once and removed when
 * the last of their keys has expired. For one thread at a time. The bytes are described in {@code docs/format.md}.
 */
final class RequestNotes {

    static final String PREFIX = "requests/";
    private static final int MAGIC = 0x514c_4c45; // "ELLQ"
    private static final byte VERSION = 1;
    private static final int HEAD = 9;
    private static final int ENTRY = 64;
    private static final int ENTRIES_IN_A_NOTE = 16_000;

    private final ChannelParts parts;
    private final RequestKeys keys;
    /** Newest timestamp by note. */
    private final Map<String, Long> newest = new TreeMap<>();

    private long savedTo;

    RequestNotes(ChannelParts parts, RequestKeys keys) {
        this.parts = parts;
        this.keys = keys;
    }

    /** Takes in what the notes say, before the log is replayed. */
    void load(Map<String, byte[]> notes) {
        new TreeMap<>(notes).forEach((name, note) -> {
            if (name.startsWith(PREFIX)) {
                long last = 0;
                for (RequestKeys.Entry entry : decode(name, note)) {
                    keys.add(entry);
                    last = Math.max(last, entry.record().timestamp());
                    savedTo = Math.max(savedTo, entry.record().sequence());
                }
                newest.put(name, last);
            }
        });
    }

    /** Writes down what the log may forget with its records up to a sequence. */
    void save(long epoch, long upTo) {
        List<RequestKeys.Entry> entries = keys.between(savedTo, upTo);
        long now = parts.stamps().last();
        Set<String> expired = new HashSet<>();
        newest.forEach((name, last) -> {
            if (RequestKeys.isOld(last, now)) {
                expired.add(name);
            }
        });
        for (int from = 0; from < entries.size(); from += ENTRIES_IN_A_NOTE) {
            List<RequestKeys.Entry> some = entries.subList(from, Math.min(entries.size(), from + ENTRIES_IN_A_NOTE));
            RememberedRecord last = some.getLast().record();
            String name = PREFIX + "%019d".formatted(last.sequence());
            parts.store().note(epoch, Map.of(name, encode(some)), Set.of());
            newest.put(name, last.timestamp());
            savedTo = last.sequence();
        }
        if (!expired.isEmpty()) {
            parts.store().note(epoch, Map.of(), expired);
            newest.keySet().removeAll(expired);
        }
    }

    private static byte[] encode(List<RequestKeys.Entry> entries) {
        ByteBuffer out = ByteBuffer.allocate(HEAD + entries.size() * ENTRY + 4).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).put(VERSION).putInt(entries.size());
        for (RequestKeys.Entry entry : entries) {
            RememberedRecord record = entry.record();
            out.putLong(entry.id().high()).putLong(entry.id().low());
            out.putLong(record.part()).putLong(record.fingerprint()).putLong(record.firstId());
            out.putInt(record.records()).putInt(record.rows());
            out.putLong(record.sequence()).putLong(record.timestamp());
        }
        out.putInt(checksum(out.array(), out.position()));
        return out.array();
    }

    private static List<RequestKeys.Entry> decode(String name, byte[] note) {
        ByteBuffer in = ByteBuffer.wrap(note).order(ByteOrder.LITTLE_ENDIAN);
        if (note.length < HEAD + 4
                || in.getInt() != MAGIC
                || in.getInt(note.length - 4) != checksum(note, note.length - 4)
                || in.get() != VERSION) {
            throw ElanusException.corrupt("the note '%s' of a channel's request keys fails its checksum", name);
        }
        int count = in.getInt();
        List<RequestKeys.Entry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            RequestKeys.Id id = new RequestKeys.Id(in.getLong(), in.getLong());
            long part = in.getLong();
            long fingerprint = in.getLong();
            long firstId = in.getLong();
            int records = in.getInt();
            int rows = in.getInt();
            entries.add(new RequestKeys.Entry(
                    id, new RememberedRecord(part, fingerprint, firstId, records, rows, in.getLong(), in.getLong())));
        }
        return entries;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
