package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.WalEntry;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the records of a channel, file by file, checking every checksum, sequence number and joint. For one thread.
 * Sees what the writer of this process has made durable or, when there is none, every sound record in the files.
 */
final class RecordCursor implements AutoCloseable {

    private final ChannelLog log;

    private @Nullable RecordReader open;
    private LogView view;
    private long position;
    private int chain;
    /** Of the next record in the file. */
    private long sequence;
    /** Of the next record to deliver; records before it are passed over. */
    private long wanted;

    /** A cursor that begins with a sequence number; 0 = the oldest record there is. */
    RecordCursor(ChannelLog log, long wanted) {
        this.log = log;
        this.wanted = wanted;
        this.view = new LogView(List.of(), LogView.UNKNOWN, 0, LogView.UNKNOWN);
    }

    /** The sequence number of the record that comes next; 0 before the first when it began with the oldest. */
    long wanted() {
        return wanted;
    }

    /** Moves behind the last record there is at this moment. */
    void moveToEnd() throws IOException {
        view = log.view();
        if (view.isLive()) {
            wanted = view.lastSequence() + 1;
            return;
        }
        wanted = view.files().isEmpty() ? 1 : view.files().getLast().header().firstSequence();
        while (next() != null) {
            // Walks to the end.
        }
    }

    /**
     * The next record, or null when there is none at this moment.
     *
     * @throws ElanusException CORRUPT, or INVALID_ARGUMENT when the position was truncated away
     */
    @Nullable
    WalEntry next() throws IOException {
        boolean fresh = false;
        while (true) {
            if (open == null || !fresh && view.isLive()) {
                view = log.view();
                fresh = true;
            }
            RecordReader reader = open;
            int index = reader == null ? -1 : view.indexOf(reader.file());
            if (reader == null || index < 0) {
                if (!seek()) {
                    return null;
                }
                continue;
            }
            long end = view.endOf(index);
            long limit = end == LogView.UNKNOWN ? reader.size() : end;
            if (position < limit && LogTail.isSound(reader, position, limit, chain, sequence)) {
                WalEntry entry = pass(reader);
                if (entry != null) {
                    return entry;
                }
                continue;
            }
            if (position < limit && end != LogView.UNKNOWN) {
                throw Failures.corrupt(
                        reader.file(), position, "no sound record with sequence %d stands there".formatted(sequence));
            }
            if (!fresh) {
                reader.forget();
                view = log.view();
                fresh = true;
            } else if (!view.isLast(index)) {
                enter(view.files().get(index + 1), reader);
                fresh = false;
            } else {
                requireSoundEnd(reader, end, limit);
                return null;
            }
        }
    }

    private @Nullable WalEntry pass(RecordReader reader) {
        position += reader.recordBytes();
        chain = reader.crc();
        if (reader.isMark()) {
            return null;
        }
        long found = sequence++;
        if (found < wanted) {
            return null;
        }
        wanted = found + 1;
        return new WalEntry(LocalWalOpener.id(found), reader.payload(), reader.properties());
    }

    private void requireSoundEnd(RecordReader reader, long end, long limit) throws IOException {
        if (end == LogView.UNKNOWN) {
            reader.forget();
            if (position < limit || position < reader.file().header().syncedAtBirth()) {
                LogTail.requireUnvouched(
                        reader, position, reader.file().header().syncedAtBirth(), sequence);
            }
        }
        if (wanted > sequence) {
            throw ElanusException.corrupt(
                    "the log of channel %s ends with sequence %d in %s, but sequence %d was asked for: its end is missing",
                    log.name(), sequence - 1, reader.file().path(), wanted - 1);
        }
    }

    /** Opens the file that holds the wanted record; false when there are no files. */
    private boolean seek() throws IOException {
        closeFile();
        if (view.files().isEmpty()) {
            return false;
        }
        LogFile first = view.files().getFirst();
        if (wanted == 0) {
            wanted = first.header().firstSequence();
        }
        if (wanted < first.header().firstSequence()) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT,
                    "sequence %d of log channel %s was truncated away; the oldest record is %d"
                            .formatted(wanted, log.name(), first.header().firstSequence()));
        }
        int index = view.files().size() - 1;
        while (view.files().get(index).header().firstSequence() > wanted) {
            index--;
        }
        if (!begin(view.files().get(index))) {
            return true;
        }
        if (view.isLive() && view.isLast(index) && wanted == view.lastSequence() + 1) {
            position = view.end();
            chain = view.endChain();
            sequence = wanted;
        }
        return true;
    }

    /** Goes on from the end of a file to the one behind it. */
    private void enter(LogFile next, RecordReader previous) throws IOException {
        FileHeader header = next.header();
        // Behind its end stands what a crash left over and the next file begins with.
        boolean atEnd = position == header.previousEnd();
        if (header.firstSequence() > sequence
                || atEnd && (header.previousChain() != chain || header.firstSequence() != sequence)) {
            throw Failures.corrupt(
                    next,
                    0,
                    "the file does not go on where %s ends, at byte %d with sequence %d"
                            .formatted(previous.file().path(), position, sequence - 1));
        }
        begin(next);
    }

    /** Opens a file; false, and no file open, when it was truncated away since the view was taken. */
    private boolean begin(LogFile file) throws IOException {
        closeFile();
        try {
            open = new RecordReader(log.files(), file);
        } catch (NoSuchFileException e) {
            if (log.view().indexOf(file) >= 0) {
                throw e;
            }
            return false;
        }
        position = FileHeader.LENGTH;
        chain = file.header().checksum();
        sequence = file.header().firstSequence();
        return true;
    }

    private void closeFile() throws IOException {
        RecordReader reader = open;
        open = null;
        if (reader != null) {
            reader.close();
        }
    }

    @Override
    public void close() throws IOException {
        closeFile();
    }
}
