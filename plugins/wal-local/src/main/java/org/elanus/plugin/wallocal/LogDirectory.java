package org.elanus.plugin.wallocal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;
import org.jspecify.annotations.Nullable;

/** The directory of one channel: numbered files, a lock file, and a file under construction at most. */
record LogDirectory(Files files, Path path, String channel) {

    private static final Pattern NAME = Pattern.compile("(\\d{16})\\.log");
    private static final String UNFINISHED = ".new";
    private static final int ATTEMPTS = 5;

    Path lockFile() {
        return path.resolve("lock");
    }

    Path file(long number) {
        return path.resolve("%016d.log".formatted(number));
    }

    /** The name of a file that is not complete yet. */
    Path unfinished(long number) {
        return path.resolve("%016d.log%s".formatted(number, UNFINISHED));
    }

    void deleteUnfinished() throws IOException {
        for (Path found : files.list(path)) {
            if (found.getFileName().toString().endsWith(UNFINISHED)) {
                files.delete(found);
            }
        }
    }

    /**
     * The files of the log in order, their headers checked.
     *
     * @throws ElanusException CORRUPT when a header is damaged, a file is missing between two others, or a file is
     *     shorter than the one behind it says
     */
    List<LogFile> load() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return loadOnce();
            } catch (NoSuchFileException | ElanusException e) {
                // A listing beside another process that truncates its log may have holes.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private List<LogFile> loadOnce() throws IOException {
        List<LogFile> found = new ArrayList<>();
        @Nullable LogFile previous = null;
        for (Path each : files.list(path)) {
            Matcher name = NAME.matcher(each.getFileName().toString());
            if (!name.matches()) {
                continue;
            }
            long number = Long.parseLong(name.group(1));
            if (previous != null && previous.number() + 1 != number) {
                throw ElanusException.corrupt(
                        "the log is corrupt: %s is missing between files %d and %d",
                        file(previous.number() + 1), previous.number(), number);
            }
            LogFile file = new LogFile(each, header(each, number));
            if (previous != null) {
                requireJoint(previous, file);
            }
            found.add(file);
            previous = file;
        }
        return found;
    }

    private FileHeader header(Path file, long number) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FileHeader.LENGTH);
        try (ReadableFile handle = files.read(file)) {
            handle.read(bytes, 0);
        }
        return FileHeader.decode(file, bytes.flip(), number, channel);
    }

    private void requireJoint(LogFile previous, LogFile next) throws IOException {
        long size = files.size(previous.path());
        if (size < next.header().previousEnd()) {
            throw ElanusException.corrupt(
                    "the log is corrupt in %s at byte %d: the file ends there, but its records reached to byte %d",
                    previous.path(), size, next.header().previousEnd());
        }
        if (previous.header().firstSequence() > next.header().firstSequence()) {
            throw ElanusException.corrupt(
                    "the log is corrupt in %s at byte 0: its records begin with sequence %d, those of the file before with %d",
                    next.path(),
                    next.header().firstSequence(),
                    previous.header().firstSequence());
        }
    }
}
