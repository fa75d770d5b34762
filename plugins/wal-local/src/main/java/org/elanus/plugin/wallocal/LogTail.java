package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.io.Files;
import org.jspecify.annotations.Nullable;

/**
 * How the last file of a channel ends, found by reading all of it.
 *
 * <p>Telling a torn end from damage: a write that a crash cut off may leave any of its blocks behind, so sound records
 * behind a bad one prove nothing by themselves. But every record and mark says up to which position the file was durable
 * when it was written. A bad place below such a position was sound once: damage. A bad place that nobody vouches for was
 * never acknowledged: the torn end.
 *
 * @param position up to here the file is known to be durable, and nothing behind
 * @param chain the chain value there
 * @param nextSequence the sequence number of the record there
 * @param term the highest term in the file
 * @param unsynced the sound records behind the position: whole, but perhaps only in the page cache
 * @param soundEnd where the last sound record ends
 */
record LogTail(long position, int chain, long nextSequence, long term, List<Entry> unsynced, long soundEnd) {

    /** Of a channel without files. */
    static final LogTail EMPTY = new LogTail(0, 0, 1, 0, List.of(), 0);

    /** A record to be written again; its body ends with its properties. */
    record Entry(long sequence, long term, MemorySegment body, int propertiesLength) {
        int length() {
            return (int) body.byteSize() - propertiesLength;
        }
    }

    private record Found(
            long position,
            int chain,
            long nextSequence,
            @Nullable Entry entry) {}

    /** @throws ElanusException CORRUPT naming file and position when a place is bad that was durable once */
    static LogTail read(Files files, LogFile file) throws IOException {
        try (RecordReader reader = new RecordReader(files, file)) {
            long size = reader.size();
            long position = FileHeader.LENGTH;
            int chain = file.header().checksum();
            long next = file.header().firstSequence();
            long term = file.header().term();
            long synced = file.header().syncedAtBirth();
            Deque<Found> behind = new ArrayDeque<>();
            while (isSound(reader, position, size, chain, next)) {
                synced = Math.max(synced, reader.synced());
                while (!behind.isEmpty() && behind.getFirst().position() < synced) {
                    behind.removeFirst();
                }
                boolean mark = reader.isMark();
                if (position >= synced) {
                    behind.add(new Found(
                            position,
                            chain,
                            next,
                            mark ? null : new Entry(next, reader.term(), reader.body(), reader.propertiesLength())));
                }
                position += reader.recordBytes();
                chain = reader.crc();
                term = Math.max(term, reader.term());
                if (!mark) {
                    next++;
                }
            }
            requireUnvouched(reader, position, synced, next);
            List<Entry> unsynced = new ArrayList<>();
            for (Found found : behind) {
                if (found.entry() != null) {
                    unsynced.add(found.entry());
                }
            }
            Found boundary = behind.isEmpty() ? new Found(position, chain, next, null) : behind.getFirst();
            return new LogTail(
                    boundary.position(), boundary.chain(), boundary.nextSequence(), term, unsynced, position);
        }
    }

    static boolean isSound(RecordReader reader, long position, long limit, int chain, long next) throws IOException {
        return reader.readHeader(position, limit)
                && reader.chain() == chain
                && reader.synced() <= position
                && reader.sequence() == (reader.isMark() ? next - 1 : next)
                && reader.readBody(position, limit);
    }

    /** Passes when nothing says that the bad place, or what is missing there, was durable once. */
    static void requireUnvouched(RecordReader reader, long position, long synced, long next) throws IOException {
        long vouched = Math.max(synced, reader.syncedByLaterRecords(position));
        if (vouched > position) {
            throw Failures.corrupt(
                    reader.file(),
                    position,
                    "no sound record with sequence %d stands there, though the file was durable up to byte %d once; restore a backup"
                            .formatted(next, vouched));
        }
    }
}
