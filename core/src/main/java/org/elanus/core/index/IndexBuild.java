package org.elanus.core.index;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.elanus.core.index.BuiltIndex.BuiltFile;
import org.elanus.core.index.scalar.ScalarBuilder;
import org.elanus.core.index.scalar.ScalarFile;
import org.elanus.core.runtime.Checksums;
import org.elanus.spi.database.Column;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.index.VectorIndexBuilder;
import org.elanus.spi.index.VectorIndexType;
import org.elanus.spi.index.VectorSource;
import org.elanus.spi.runtime.Cancellation;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds an index of one segment into an object store. */
public final class IndexBuild {

    private static final Logger log = LoggerFactory.getLogger(IndexBuild.class);

    private IndexBuild() {}

    /**
     * Builds; on failure the files written so far are deleted.
     *
     * @param keyPrefix a file's key is this, {@code /} and its name
     * @throws ElanusException CANCELLED soon after cancellation, PLUGIN_FAILED when the type breaks its contract
     */
    public static BuiltIndex build(
            VectorIndexType type,
            MetricType metric,
            Map<String, String> parameters,
            VectorSource vectors,
            ObjectStore store,
            String keyPrefix,
            Executor workers,
            int parallelism,
            Cancellation cancellation) {
        return build(store, keyPrefix, type.name(), type.formatVersion(), files -> {
            try (VectorIndexBuilder builder = type.builder(metric, parameters)) {
                builder.build(vectors, files, workers, parallelism, cancellation);
            }
            if (cancellation.isCancelled()) {
                throw new ElanusException(StandardErrorCode.CANCELLED, "building an index was cancelled");
            }
            return type.name();
        });
    }

    /**
     * Builds an index over a scalar field; on failure the file written so far is deleted.
     *
     * @param type as {@link IndexTypes#resolve} resolved it
     * @param keyPrefix a file's key is this, {@code /} and its name
     * @return with the kind that was built as its type
     * @throws ElanusException CANCELLED soon after cancellation; UNSUPPORTED when there is too much for one index
     */
    public static BuiltIndex buildScalar(
            FieldSchema field,
            Column column,
            String type,
            Map<String, String> parameters,
            ObjectStore store,
            String keyPrefix,
            Cancellation cancellation) {
        ScalarBuilder.Request request = ScalarIndexes.request(field, column, type, parameters);
        return build(
                store,
                keyPrefix,
                type,
                ScalarFile.formatVersion(),
                files -> ScalarBuilder.build(request, files, cancellation));
    }

    /** What building an index over a scalar column may take at most, roughly. */
    public static long estimateScalarBytes(Column column) {
        return ScalarBuilder.estimateBytes(column);
    }

    private static BuiltIndex build(
            ObjectStore store, String keyPrefix, String type, int formatVersion, Function<IndexFiles, String> builder) {
        Files files = new Files(store, keyPrefix);
        boolean done = false;
        try {
            BuiltIndex built = new BuiltIndex(builder.apply(files), formatVersion, files.committed());
            done = true;
            return built;
        } catch (ElanusException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ElanusException(
                    StandardErrorCode.PLUGIN_FAILED, "index type " + type + " failed to build: " + e, e);
        } finally {
            files.close();
            if (!done) {
                files.delete();
            }
        }
    }

    /** Writes files and remembers sizes and checksums. */
    private static final class Files implements IndexFiles, AutoCloseable {

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

        private final ObjectStore store;
        private final String keyPrefix;
        private final Arena arena = Arena.ofShared();
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<String, BuiltFile> committed = new TreeMap<>();

        Files(ObjectStore store, String keyPrefix) {
            this.store = store;
            this.keyPrefix = keyPrefix;
        }

        @Override
        public ObjectWriter create(String name) {
            if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
                throw ElanusException.invalid(
                        "'%s' cannot name an index file: 1 to 64 letters, digits, '.', '-' and '_'", name);
            }
            return new Writer(name, store.create(keyPrefix + "/" + name));
        }

        @Override
        public MemorySegment map(String name) {
            BuiltFile file;
            lock.lock();
            try {
                file = committed.get(name);
            } finally {
                lock.unlock();
            }
            if (file == null) {
                throw ElanusException.invalid("index file '%s' was not written; there are %s", name, names());
            }
            return StoredFiles.map(store, file, arena);
        }

        @Override
        public List<String> names() {
            lock.lock();
            try {
                return List.copyOf(committed.keySet());
            } finally {
                lock.unlock();
            }
        }

        List<BuiltFile> committed() {
            lock.lock();
            try {
                return new ArrayList<>(committed.values());
            } finally {
                lock.unlock();
            }
        }

        void delete() {
            for (BuiltFile file : committed()) {
                try {
                    store.delete(file.key());
                } catch (RuntimeException e) {
                    log.warn("could not delete '{}' of an index that was not finished", file.key(), e);
                }
            }
        }

        @Override
        public void close() {
            arena.close();
        }

        private final class Writer implements ObjectWriter {

            private final String name;
            private final ObjectWriter target;
            private final CRC32C checksum = new CRC32C();

            Writer(String name, ObjectWriter target) {
                this.name = name;
                this.target = target;
            }

            @Override
            public void write(MemorySegment bytes) {
                target.write(bytes);
                Checksums.update(checksum, bytes);
            }

            @Override
            public long position() {
                return target.position();
            }

            @Override
            public void commit() {
                long size = target.position();
                target.commit();
                lock.lock();
                try {
                    committed.put(name, new BuiltFile(name, keyPrefix + "/" + name, size, (int) checksum.getValue()));
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void close() {
                target.close();
            }
        }
    }
}
