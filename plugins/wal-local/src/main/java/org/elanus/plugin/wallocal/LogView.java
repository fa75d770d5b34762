package org.elanus.plugin.wallocal;

import java.util.ArrayList;
import java.util.List;

/**
 * What readers may see of a channel. Immutable.
 *
 * @param files in order
 * @param end where the last file's durable records end; {@link #UNKNOWN} when no writer of this process tells
 * @param endChain the chain value there
 * @param lastSequence of the last durable record; {@link #UNKNOWN} like the end
 */
record LogView(List<LogFile> files, long end, int endChain, long lastSequence) {

    static final long UNKNOWN = -1;

    LogView {
        files = List.copyOf(files);
    }

    boolean isLive() {
        return end != UNKNOWN;
    }

    /** The file's index, or -1 when it is not part of the log any more. */
    int indexOf(LogFile file) {
        if (files.isEmpty()) {
            return -1;
        }
        long index = file.number() - files.getFirst().number();
        return index >= 0 && index < files.size() && files.get((int) index).isSame(file) ? (int) index : -1;
    }

    boolean isLast(int index) {
        return index == files.size() - 1;
    }

    /** Where the records of a file end. */
    long endOf(int index) {
        return isLast(index) ? end : files.get(index + 1).header().previousEnd();
    }

    LogView withDurable(long newEnd, int newChain, long newLastSequence) {
        return new LogView(files, newEnd, newChain, newLastSequence);
    }

    LogView withFile(LogFile added, long newEnd, int newChain) {
        List<LogFile> more = new ArrayList<>(files);
        more.add(added);
        return new LogView(more, newEnd, newChain, lastSequence);
    }

    LogView withoutFirst() {
        return new LogView(files.subList(1, files.size()), end, endChain, lastSequence);
    }
}
