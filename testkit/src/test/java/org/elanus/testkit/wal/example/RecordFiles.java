package org.elanus.testkit.wal.example;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.DiskFullException;
import org.elanus.spi.io.FileLockedException;
import org.elanus.spi.io.Files;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.wal.WalEntry;
import org.elanus.spi.wal.WalRecord;

/** The directory of a channel: records by number, from 1 without a hole, each written whole before it gets its name. */
record RecordFiles(Path directory, Files files, Clock clock) {

    private static final String RECORD = "[0-9a-f]{16}";

    AutoCloseable lock() {
        try {
            files.createDirectories(directory);
            return files.lock(directory.resolve("lock"));
        } catch (FileLockedException e) {
            throw new ElanusException(
                    StandardErrorCode.ALREADY_IN_USE, "another process writes the log in " + directory, e);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    static void release(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception e) {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "a lock cannot be given back: " + e, e);
        }
    }

    private Path path(long number) {
        return directory.resolve("%016x".formatted(number));
    }

    private List<Long> numbers() throws IOException {
        return files.list(directory).stream()
                .map(file -> String.valueOf(file.getFileName()))
                .filter(name -> name.matches(RECORD))
                .map(name -> Long.parseLong(name, 16))
                .toList(); // sorted, as the names are
    }

    long oldest() {
        try {
            List<Long> numbers = numbers();
            return numbers.isEmpty() ? 1 : numbers.getFirst();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** The newest record that is certain to survive: a name that was seen may not be durable yet. 0 without any. */
    long newest() {
        try {
            List<Long> numbers = numbers();
            if (numbers.isEmpty()) {
                return 0;
            }
            files.syncDirectory(directory);
            return numbers.getLast();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    void write(long number, WalRecord record) {
        Path unfinished = directory.resolve("unfinished");
        try {
            files.delete(unfinished); // of a process that died
            byte[] content = encode(record);
            CRC32C crc = new CRC32C();
            crc.update(content);
            try (AppendFile file = files.create(unfinished)) {
                file.append(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).flip(), ByteBuffer.wrap(content));
                file.force();
            }
            files.replace(unfinished, path(number));
            files.syncDirectory(directory);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    WalEntry read(long number) {
        try {
            if (!files.exists(path(number))) {
                throw ElanusException.invalid("record %d in %s was truncated away", number, directory);
            }
            MemorySegment file = files.map(path(number), Arena.ofAuto());
            ByteBuffer bytes = ByteBuffer.wrap(file.toArray(ValueLayout.JAVA_BYTE));
            CRC32C crc = new CRC32C();
            if (bytes.remaining() < 8) {
                throw ElanusException.corrupt("%s is cut short", path(number));
            }
            int expected = bytes.getInt();
            crc.update(bytes.duplicate());
            if (expected != (int) crc.getValue()) {
                throw ElanusException.corrupt("%s fails its checksum", path(number));
            }
            return decode(number, bytes);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    void deleteUpTo(long number) {
        try {
            for (long each : numbers()) {
                if (each <= number) {
                    files.delete(path(each)); // the oldest first: no hole, whenever this ends
                }
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static byte[] encode(WalRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(record.properties().size());
        for (Map.Entry<String, String> property : record.properties().entrySet()) {
            out.writeUTF(property.getKey());
            out.writeUTF(property.getValue());
        }
        for (MemorySegment piece : record.payload()) {
            out.write(piece.toArray(ValueLayout.JAVA_BYTE));
        }
        return bytes.toByteArray();
    }

    private static WalEntry decode(long number, ByteBuffer content) throws IOException {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        Map<String, String> properties = new HashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            properties.put(in.readUTF(), in.readUTF());
        }
        return new WalEntry(FilesWalOpener.id(number), MemorySegment.ofArray(in.readAllBytes()), properties);
    }

    private ElanusException failure(IOException e) {
        return new ElanusException(
                e instanceof DiskFullException ? StandardErrorCode.DISK_FULL : StandardErrorCode.IO_FAILURE,
                "the log in " + directory + ": " + e.getMessage(),
                e);
    }
}
