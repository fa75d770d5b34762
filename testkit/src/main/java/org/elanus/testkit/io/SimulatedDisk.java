package org.elanus.testkit.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.DiskFullException;
import org.elanus.spi.io.FileLockedException;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;
import org.jspecify.annotations.Nullable;

/**
 * A disk with a page cache: only synced bytes and synced names surely survive a crash, any others may. A failed sync
 * throws the unsynced pages away for good, although they can still be read, and the next sync succeeds: what Linux does.
 * Directories are durable at once, as {@link Files#createDirectories} promises. Safe for use by many threads.
 */
public final class SimulatedDisk implements Files {

    /** What older disks write at once. */
    public static final int SECTOR = 512;

    /** What newer disks, and page caches, write at once. */
    public static final int PAGE = 4096;

    /** The least room of a file. */
    private static final int SMALLEST = 256;

    /** What goes wrong at an operation. */
    public enum Fault {
        ERROR,
        FULL
    }

    private static final class Node {
        byte[] bytes = new byte[SMALLEST];
        int size;
        long modified;
        int synced;
        /** Below it, and not below synced, lie pages that a failed sync has dropped. */
        final Set<Integer> dropped = new HashSet<>();
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, Node> names = new TreeMap<>();
    private final Map<Path, Node> durableNames = new TreeMap<>();
    private final Set<Path> directories = new HashSet<>();
    private final Set<Path> locks = new HashSet<>();
    private final int pageBytes;
    private final LongSupplier millis;
    private int operations;
    private int faultAt = -1;
    private Fault fault = Fault.ERROR;
    private boolean sticky;
    private boolean crashed;
    private int forces;

    /** A disk that writes sectors of 512 bytes, and whose files were all written in 1970. */
    public SimulatedDisk() {
        this(SECTOR, () -> 0);
    }

    /**
     * @param pageBytes what is written whole or not at all when the power goes; {@link #SECTOR} and {@link #PAGE} exist
     * @param millis the file system's clock
     */
    public SimulatedDisk(int pageBytes, LongSupplier millis) {
        this.pageBytes = pageBytes;
        this.millis = millis;
    }

    /** Lets the operation with this number, counted from the next as 0, fail; and those behind it when sticky. */
    public void failAt(int operation, Fault kind, boolean alsoLater) {
        lock.lock();
        try {
            operations = 0;
            faultAt = operation;
            fault = kind;
            sticky = alsoLater;
        } finally {
            lock.unlock();
        }
    }

    /** Operations since the last call of {@link #failAt}. */
    public int operations() {
        lock.lock();
        try {
            return operations;
        } finally {
            lock.unlock();
        }
    }

    /** Successful syncs of files so far. */
    public int forces() {
        lock.lock();
        try {
            return forces;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the fault away. */
    public void repair() {
        lock.lock();
        try {
            faultAt = -1;
        } finally {
            lock.unlock();
        }
    }

    /** The power goes: this disk refuses everything; what comes back is what another machine finds on it. */
    public SimulatedDisk crash(RandomGenerator random) {
        lock.lock();
        try {
            crashed = true;
            SimulatedDisk after = new SimulatedDisk(pageBytes, millis);
            after.directories.addAll(directories);
            Map<Node, Node> survivors = new IdentityHashMap<>();
            Set<Path> all = new HashSet<>(names.keySet());
            all.addAll(durableNames.keySet());
            for (Path path : new TreeSet<>(all)) {
                Node now = names.get(path);
                Node then = durableNames.get(path);
                Node chosen = now == then || random.nextBoolean() ? now : then;
                if (chosen != null && directories.contains(path.getParent())) {
                    Node survivor = survivors.computeIfAbsent(chosen, node -> survive(node, random, pageBytes));
                    after.names.put(path, survivor);
                    after.durableNames.put(path, survivor);
                }
            }
            return after;
        } finally {
            lock.unlock();
        }
    }

    private static Node survive(Node node, RandomGenerator random, int pageBytes) {
        Node after = new Node();
        boolean all = random.nextInt(4) == 0;
        int size = all ? node.size : random.nextInt(node.synced, node.size + 1);
        after.bytes = Arrays.copyOf(node.bytes, Math.max(size, SMALLEST));
        after.size = size;
        after.modified = node.modified;
        after.synced = size;
        for (int at = node.synced; at < size; ) {
            int pageEnd = Math.min(size, (at / pageBytes + 1) * pageBytes);
            if (node.dropped.contains(at / pageBytes) || !all && random.nextBoolean()) {
                Arrays.fill(after.bytes, at, pageEnd, (byte) 0);
            }
            at = pageEnd;
        }
        return after;
    }

    /** Another process on the same machine: nothing is lost. */
    public SimulatedDisk killProcess() {
        lock.lock();
        try {
            crashed = true;
            SimulatedDisk after = new SimulatedDisk(pageBytes, millis);
            after.directories.addAll(directories);
            after.names.putAll(names);
            after.durableNames.putAll(durableNames);
            return after;
        } finally {
            lock.unlock();
        }
    }

    /** The content of a file, to damage it. */
    public byte[] bytes(Path path) {
        lock.lock();
        try {
            Node node = names.get(path);
            return node == null ? new byte[0] : Arrays.copyOf(node.bytes, node.size);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Turns one bit of one file around, behind everybody's back.
     *
     * @param spared files that stay as they are
     * @return where, in words; empty when there is no file with content
     */
    public Optional<String> flipBit(RandomGenerator random, Predicate<Path> spared) {
        lock.lock();
        try {
            List<Path> filled = filled(spared);
            if (filled.isEmpty()) {
                return Optional.empty();
            }
            Path path = filled.get(random.nextInt(filled.size()));
            Node node = Objects.requireNonNull(names.get(path));
            int at = random.nextInt(node.size);
            node.bytes[at] ^= (byte) (1 << random.nextInt(8));
            return Optional.of("a bit flipped in " + path + " at byte " + at);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes a page of one file over a page of a file, as a disk that confuses addresses does.
     *
     * @param spared files that stay as they are
     * @return where, in words; empty when there is no file with content or the two pages are alike
     */
    public Optional<String> misdirect(RandomGenerator random, Predicate<Path> spared) {
        lock.lock();
        try {
            List<Path> filled = filled(spared);
            if (filled.isEmpty()) {
                return Optional.empty();
            }
            Path from = filled.get(random.nextInt(filled.size()));
            Path to = filled.get(random.nextInt(filled.size()));
            Node source = Objects.requireNonNull(names.get(from));
            Node target = Objects.requireNonNull(names.get(to));
            int sourceAt = random.nextInt((source.size - 1) / pageBytes + 1) * pageBytes;
            int targetAt = random.nextInt((target.size - 1) / pageBytes + 1) * pageBytes;
            int length = Math.min(pageBytes, Math.min(source.size - sourceAt, target.size - targetAt));
            boolean same =
                    Arrays.equals(source.bytes, sourceAt, sourceAt + length, target.bytes, targetAt, targetAt + length);
            if (same) {
                return Optional.empty();
            }
            System.arraycopy(source.bytes, sourceAt, target.bytes, targetAt, length);
            return Optional.of(length + " bytes of " + from + " at byte " + sourceAt + " were written to " + to
                    + " at byte " + targetAt);
        } finally {
            lock.unlock();
        }
    }

    private List<Path> filled(Predicate<Path> spared) {
        List<Path> filled = new ArrayList<>();
        names.forEach((path, node) -> {
            if (node.size > 0 && !spared.test(path)) {
                filled.add(path);
            }
        });
        return filled;
    }

    private void operate(String what, Path path) throws IOException {
        if (crashed) {
            throw new IOException("the machine is off");
        }
        int number = operations++;
        if (faultAt >= 0 && (number == faultAt || sticky && number > faultAt)) {
            throw fault == Fault.FULL
                    ? new DiskFullException("no space left, injected at " + what + " of " + path, null)
                    : new IOException("error injected at " + what + " of " + path);
        }
    }

    private Node node(Path path) throws IOException {
        if (crashed) {
            throw new IOException("the machine is off");
        }
        Node node = names.get(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    @Override
    public AppendFile create(Path path) throws IOException {
        lock.lock();
        try {
            operate("create", path);
            if (names.containsKey(path)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            requireDirectory(path);
            Node made = new Node();
            made.modified = millis.getAsLong();
            names.put(path, made);
            return append(path);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public AppendFile append(Path path) throws IOException {
        lock.lock();
        try {
            Node node = node(path);
            return new AppendFile() {
                private boolean failed;

                @Override
                public void append(ByteBuffer... buffers) throws IOException {
                    lock.lock();
                    try {
                        require();
                        try {
                            operate("write", path);
                        } catch (IOException e) {
                            failed = true;
                            if (!crashed && buffers[0].remaining() > 1) {
                                // A part gets through.
                                put(node, buffers[0].slice(buffers[0].position(), buffers[0].remaining() / 2));
                            }
                            throw e;
                        }
                        for (ByteBuffer buffer : buffers) {
                            put(node, buffer);
                        }
                    } finally {
                        lock.unlock();
                    }
                }

                @Override
                public void force() throws IOException {
                    lock.lock();
                    try {
                        require();
                        try {
                            operate("force", path);
                        } catch (IOException e) {
                            failed = true;
                            for (int page = node.synced / pageBytes; page <= node.size / pageBytes; page++) {
                                node.dropped.add(page);
                            }
                            throw e;
                        }
                        forces++;
                        if (node.dropped.isEmpty()) {
                            node.synced = node.size;
                        }
                    } finally {
                        lock.unlock();
                    }
                }

                private void require() throws IOException {
                    if (failed) {
                        throw new IOException(path + " failed before");
                    }
                }

                @Override
                public long size() {
                    return node.size;
                }

                @Override
                public void close() {}
            };
        } finally {
            lock.unlock();
        }
    }

    private void put(Node node, ByteBuffer buffer) {
        node.modified = millis.getAsLong();
        int count = buffer.remaining();
        if (node.size + count > node.bytes.length) {
            node.bytes = Arrays.copyOf(node.bytes, (node.size + count) * 2);
        }
        buffer.get(node.bytes, node.size, count);
        node.size += count;
    }

    @Override
    public ReadableFile read(Path path) throws IOException {
        lock.lock();
        try {
            Node node = node(path);
            return new ReadableFile() {
                @Override
                public int read(ByteBuffer target, long position) throws IOException {
                    lock.lock();
                    try {
                        int count = (int) Math.max(0, Math.min(target.remaining(), node.size - position));
                        target.put(node.bytes, (int) Math.min(position, node.size), count);
                        return count;
                    } finally {
                        lock.unlock();
                    }
                }

                @Override
                public long size() {
                    lock.lock();
                    try {
                        return node.size;
                    } finally {
                        lock.unlock();
                    }
                }

                @Override
                public void close() {}
            };
        } finally {
            lock.unlock();
        }
    }

    @Override
    public MemorySegment map(Path path, Arena arena) throws IOException {
        lock.lock();
        try {
            Node node = node(path);
            MemorySegment mapped = arena.allocate(node.size, 8);
            MemorySegment.copy(node.bytes, 0, mapped, ValueLayout.JAVA_BYTE, 0, node.size);
            return mapped.asReadOnly();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void replace(Path source, Path target) throws IOException {
        lock.lock();
        try {
            operate("rename", target);
            names.put(target, node(source));
            names.remove(source);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void link(Path existing, Path target) throws IOException {
        lock.lock();
        try {
            operate("link", target);
            if (names.containsKey(target)) {
                throw new FileAlreadyExistsException(target.toString());
            }
            requireDirectory(target);
            names.put(target, node(existing));
        } finally {
            lock.unlock();
        }
    }

    private void requireDirectory(Path path) throws IOException {
        if (!directories.contains(path.getParent())) {
            throw new NoSuchFileException(path.getParent() + " does not exist");
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        lock.lock();
        try {
            operate("sync", directory);
            durableNames.keySet().removeIf(path -> directory.equals(path.getParent()));
            names.forEach((path, node) -> {
                if (directory.equals(path.getParent())) {
                    durableNames.put(path, node);
                }
            });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        lock.lock();
        try {
            operate("create directory", directory);
            for (@Nullable Path at = directory; at != null; at = at.getParent()) {
                directories.add(at);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Path> list(Path directory) {
        lock.lock();
        try {
            Set<Path> found = new TreeSet<>(names.keySet());
            found.addAll(directories);
            found.removeIf(path -> !directory.equals(path.getParent()));
            return List.copyOf(found);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean exists(Path path) {
        lock.lock();
        try {
            return names.containsKey(path) || directories.contains(path);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isDirectory(Path path) {
        lock.lock();
        try {
            return directories.contains(path);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long size(Path path) throws IOException {
        lock.lock();
        try {
            return node(path).size;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long modifiedMillis(Path path) throws IOException {
        lock.lock();
        try {
            return node(path).modified;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        lock.lock();
        try {
            operate("delete", path);
            if (directories.contains(path) && !list(path).isEmpty()) {
                throw new DirectoryNotEmptyException(path.toString());
            }
            directories.remove(path);
            names.remove(path);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void truncate(Path path, long length) throws IOException {
        lock.lock();
        try {
            operate("truncate", path);
            Node node = node(path);
            node.size = (int) length;
            node.synced = Math.min(node.synced, node.size);
            if (node.dropped.isEmpty()) {
                node.synced = node.size;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long usableSpace(Path path) {
        return Long.MAX_VALUE;
    }

    @Override
    public AutoCloseable lock(Path path) throws IOException {
        lock.lock();
        try {
            operate("lock", path);
            if (!locks.add(path)) {
                throw new FileLockedException(path + " is locked", null);
            }
            names.putIfAbsent(path, new Node());
            return () -> {
                lock.lock();
                try {
                    locks.remove(path);
                } finally {
                    lock.unlock();
                }
            };
        } finally {
            lock.unlock();
        }
    }
}
