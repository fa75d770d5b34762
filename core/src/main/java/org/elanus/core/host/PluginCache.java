package org.elanus.core.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacked plugins by the SHA-256 of their jar: a copy of the jar, so that replacing the original does not pull the
 * classes away under a running plugin, and the libraries from inside it. An entry appears whole or not at all.
 */
final class PluginCache implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PluginCache.class);

    private static final long MAX_LIBRARY_BYTES = 1L << 30;
    private static final long MAX_TOTAL_BYTES = 4L << 30;
    private static final int MAX_LIBRARIES = 2_000;
    private static final String INDEX = "index";
    private static final String CLASSES = "plugin.jar";

    private final Path directory;
    private final boolean temporary;
    private final Set<String> used = new HashSet<>();

    PluginCache(Path directory) {
        this(directory, false);
    }

    private PluginCache(Path directory, boolean temporary) {
        this.directory = directory;
        this.temporary = temporary;
    }

    /** A cache that closing deletes, for looking at plugins without a data directory. */
    static PluginCache temporary() {
        try {
            return new PluginCache(Files.createTempDirectory("elanus-plugins-"), true);
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.IO_FAILURE, "no temporary directory can be made: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (temporary) {
            try {
                delete(directory);
            } catch (IOException | UncheckedIOException e) {
                log.warn("The temporary directory {} cannot be deleted: {}", directory, e.toString());
            }
        }
    }

    /** The class path of a plugin's jar: its own classes first, then its libraries by name. */
    List<Path> unpack(Path jar) throws IOException, PluginRefusedException {
        String key = sha256(jar);
        Path entry = directory.resolve(key);
        if (!isWhole(entry)) {
            delete(entry);
            Files.createDirectories(directory);
            Path fresh = Files.createTempDirectory(directory, "unpacking-");
            try {
                fill(jar, fresh);
                publish(fresh, entry);
            } finally {
                delete(fresh);
            }
        }
        used.add(key);
        List<Path> classPath = new ArrayList<>();
        for (String line : Files.readAllLines(entry.resolve(INDEX))) {
            classPath.add(entry.resolve(line.substring(line.indexOf(' ') + 1)));
        }
        return classPath;
    }

    /** Deletes what no plugin has asked for since this object was made, left by plugins that were replaced. */
    void prune() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                if (!used.contains(String.valueOf(entry.getFileName()))) {
                    delete(entry);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            log.warn("Old entries of the plugin cache {} cannot be deleted: {}", directory, e.toString());
        }
    }

    private static void fill(Path jar, Path target) throws IOException, PluginRefusedException {
        StringBuilder index = new StringBuilder();
        Files.copy(jar, target.resolve(CLASSES));
        index.append(Files.size(target.resolve(CLASSES)))
                .append(' ')
                .append(CLASSES)
                .append('\n');
        force(target.resolve(CLASSES));
        Files.createDirectory(target.resolve(PluginJar.LIBRARIES));
        try (ZipFile zip = new ZipFile(target.resolve(CLASSES).toFile())) {
            List<ZipEntry> libraries = new ArrayList<>(PluginJar.libraries(zip));
            libraries.sort(Comparator.comparing(ZipEntry::getName));
            if (libraries.size() > MAX_LIBRARIES) {
                throw new PluginRefusedException(
                        "it holds " + libraries.size() + " libraries; at most " + MAX_LIBRARIES + " are allowed");
            }
            long total = 0;
            for (ZipEntry library : libraries) {
                Path file = target.resolve(library.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new PluginRefusedException("its entry '" + library.getName() + "' points out of the jar");
                }
                long size = copy(zip, library, file, Math.min(MAX_LIBRARY_BYTES, MAX_TOTAL_BYTES - total));
                total += size;
                index.append(size).append(' ').append(library.getName()).append('\n');
            }
        }
        Files.writeString(target.resolve(INDEX), index, StandardCharsets.UTF_8);
        force(target.resolve(INDEX));
    }

    /** Counts what really comes out: the size that an entry declares may be a lie. */
    private static long copy(ZipFile zip, ZipEntry entry, Path file, long limit)
            throws IOException, PluginRefusedException {
        long size = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = zip.getInputStream(entry);
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                size += read;
                if (size > limit) {
                    throw new PluginRefusedException("its library " + entry.getName() + " is too large: at most "
                            + MAX_LIBRARY_BYTES + " bytes each and " + MAX_TOTAL_BYTES + " in all are unpacked");
                }
                out.write(buffer, 0, read);
            }
        }
        force(file);
        return size;
    }

    private static void publish(Path fresh, Path entry) throws IOException {
        try {
            Files.move(fresh, entry, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // Somebody else unpacked the same content meanwhile.
            if (!isWhole(entry)) {
                throw e;
            }
        }
    }

    /** Content was synced before the entry got its name, so sizes tell enough. */
    private static boolean isWhole(Path entry) throws IOException {
        Path index = entry.resolve(INDEX);
        if (!Files.isRegularFile(index)) {
            return false;
        }
        for (String line : Files.readAllLines(index)) {
            int space = line.indexOf(' ');
            Path file = entry.resolve(line.substring(space + 1));
            if (space < 0
                    || !Files.isRegularFile(file)
                    || !Long.toString(Files.size(file)).equals(line.substring(0, space))) {
                return false;
            }
        }
        return true;
    }

    private static String sha256(Path jar) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(jar)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
