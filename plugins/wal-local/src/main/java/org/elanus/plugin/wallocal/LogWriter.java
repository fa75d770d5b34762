package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.Files;
import org.jspecify.annotations.Nullable;

/**
 * Writes the files of one channel. For one thread at a time. After any failure it is of no use any more: the files must
 * be read again.
 */
final class LogWriter implements AutoCloseable {

    private final LogSettings settings;
    private final Files files;
    private final LogDirectory directory;
    private final long term;
    private final StagedAppend staged;

    private @Nullable AppendFile file;
    private long number;
    private long salt;
    private long lastSequence;
    private long position;
    private int chain;
    /** Everything before it is durable. */
    private long synced;

    private int syncedChain;
    /** The newest position that a mark, or the file's header, calls durable. */
    private long marked;

    LogWriter(LogSettings settings, LogDirectory directory, long term) {
        this.settings = settings;
        this.files = settings.files();
        this.directory = directory;
        this.term = term;
        this.staged = new StagedAppend(settings.maxBatchBytes());
    }

    /**
     * Begins a new file behind those found. The end of the last one that may only be in the page cache moves into it: it
     * is written anew, since a sync that failed before cannot be repeated.
     */
    LogView begin(List<LogFile> found, LogTail tail) throws IOException {
        List<LogFile> kept = new ArrayList<>(found);
        long previousEnd = tail.position();
        int previousChain = tail.chain();
        lastSequence = tail.nextSequence() - 1;
        if (!found.isEmpty()) {
            LogFile last = found.getLast();
            number = last.number();
            if (tail.soundEnd() == FileHeader.LENGTH) {
                // Without a record it only takes up a name; the new file takes its place.
                kept.removeLast();
                number--;
                previousEnd = last.header().previousEnd();
                previousChain = last.header().previousChain();
            } else if (files.size(last.path()) > tail.soundEnd()) {
                files.truncate(last.path(), tail.soundEnd());
            }
        }
        LogFile begun = newFile(previousEnd, previousChain, tail.unsynced());
        return new LogView(kept, LogView.UNKNOWN, 0, lastSequence).withFile(begun, synced, syncedChain);
    }

    /** Whether a batch of so many bytes still fits into the current file. A record too large for any has its own. */
    boolean fits(long bytes) {
        return position == FileHeader.LENGTH || position + bytes <= settings.segmentBytes();
    }

    /** Begins the next file. */
    LogFile roll() throws IOException {
        closeFile();
        return newFile(synced, syncedChain, List.of());
    }

    /** Writes records and makes them durable. */
    void write(List<PendingAppend> batch) throws IOException {
        AppendFile target = current();
        for (PendingAppend append : batch) {
            put(
                    target,
                    RecordFormat.DATA,
                    append.sequence(),
                    term,
                    append.bodyCrc(),
                    append.length(),
                    append.propertiesLength(),
                    append.pieces());
        }
        staged.flush(target);
        force(target);
        lastSequence = batch.getLast().sequence();
    }

    /** Whether durable records lie behind the last mark. */
    boolean needsMark() {
        return marked < synced;
    }

    /** Notes how far the file is durable, without making the note itself durable. */
    void mark() throws IOException {
        AppendFile target = current();
        put(target, RecordFormat.MARK, lastSequence, term, 0, 0, 0, List.of());
        staged.flush(target);
        marked = synced;
    }

    /** Leaves a durable note that the file is durable to its end. */
    void finish() throws IOException {
        if (needsMark()) {
            mark();
        }
        force(current());
    }

    long lastSequence() {
        return lastSequence;
    }

    long synced() {
        return synced;
    }

    int syncedChain() {
        return syncedChain;
    }

    private LogFile newFile(long previousEnd, int previousChain, List<LogTail.Entry> entries) throws IOException {
        number++;
        salt = settings.randomness().generator().nextLong();
        long size = FileHeader.LENGTH;
        for (LogTail.Entry entry : entries) {
            size += RecordFormat.recordBytes(entry.body().byteSize());
        }
        FileHeader header = FileHeader.of(
                number,
                lastSequence + 1,
                term,
                previousEnd,
                previousChain,
                size,
                settings.clock().millis(),
                salt,
                directory.channel());
        Path unfinished = directory.unfinished(number);
        Path path = directory.file(number);
        try (AppendFile target = files.create(unfinished)) {
            target.append(header.encode());
            position = FileHeader.LENGTH;
            chain = header.checksum();
            synced = 0;
            for (LogTail.Entry entry : entries) {
                List<MemorySegment> pieces = List.of(entry.body());
                put(
                        target,
                        RecordFormat.DATA,
                        entry.sequence(),
                        entry.term(),
                        RecordFormat.bodyCrc(pieces, entry.body().byteSize()),
                        entry.length(),
                        entry.propertiesLength(),
                        pieces);
                lastSequence = entry.sequence();
            }
            staged.flush(target);
            force(target);
            marked = synced;
        }
        files.replace(unfinished, path);
        files.syncDirectory(directory.path());
        file = files.append(path);
        return new LogFile(path, header);
    }

    private void put(
            AppendFile target,
            byte kind,
            long sequence,
            long itsTerm,
            int bodyCrc,
            int length,
            int propertiesLength,
            List<MemorySegment> pieces)
            throws IOException {
        long offset = staged.reserve(target, RecordFormat.HEADER);
        chain = RecordFormat.putHeader(
                staged.memory(),
                offset,
                salt,
                kind,
                length,
                propertiesLength,
                sequence,
                itsTerm,
                synced,
                bodyCrc,
                chain);
        for (MemorySegment piece : pieces) {
            staged.put(target, piece);
        }
        long body = (long) length + propertiesLength;
        staged.putZeros(target, (int) (RecordFormat.padded(body) - body));
        position += RecordFormat.recordBytes(body);
    }

    private void force(AppendFile target) throws IOException {
        target.force();
        synced = position;
        syncedChain = chain;
    }

    private AppendFile current() throws IOException {
        AppendFile current = file;
        if (current == null) {
            throw new IOException("no file of log channel " + directory.channel() + " is open");
        }
        return current;
    }

    private void closeFile() throws IOException {
        AppendFile current = file;
        file = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public void close() throws IOException {
        try (staged) {
            closeFile();
        }
    }
}
