package org.elanus.core.index;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.elanus.core.index.BuiltIndex.BuiltFile;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.storage.ObjectWriter;

/** The files of an index that was built, for reading. Safe for use by many threads. */
final class StoredFiles implements IndexFiles {

    private final ObjectStore store;
    private final Arena arena;
    private final Map<String, BuiltFile> files;
    private final Map<String, MemorySegment> mapped = new ConcurrentHashMap<>();

    /** Checks that every file is there with its size. @param arena mappings live as long */
    StoredFiles(ObjectStore store, List<BuiltFile> files, Arena arena) {
        this.store = store;
        this.arena = arena;
        this.files = files.stream().collect(Collectors.toMap(BuiltFile::name, Function.identity()));
        files.forEach(file -> requireSize(store, file));
    }

    @Override
    public ObjectWriter create(String name) {
        throw ElanusException.invalid("index file '%s' cannot be created: the index is built already", name);
    }

    @Override
    public MemorySegment map(String name) {
        BuiltFile file = files.get(name);
        if (file == null) {
            throw ElanusException.corrupt("the index has no file '%s', only %s", name, names());
        }
        return mapped.computeIfAbsent(name, n -> map(store, file, arena));
    }

    @Override
    public List<String> names() {
        return files.keySet().stream().sorted().toList();
    }

    static MemorySegment map(ObjectStore store, BuiltFile file, Arena arena) {
        MemorySegment bytes = store.map(file.key(), arena).orElse(null);
        if (bytes == null) {
            requireSize(store, file);
            bytes = arena.allocate(file.bytes(), 64);
            store.read(file.key(), 0, bytes);
        }
        if (bytes.byteSize() != file.bytes()) {
            throw wrongSize(file, bytes.byteSize());
        }
        return bytes.asReadOnly();
    }

    private static void requireSize(ObjectStore store, BuiltFile file) {
        OptionalLong size = store.size(file.key());
        if (size.isEmpty()) {
            throw ElanusException.corrupt("index object '%s' is missing", file.key());
        }
        if (size.getAsLong() != file.bytes()) {
            throw wrongSize(file, size.getAsLong());
        }
    }

    private static ElanusException wrongSize(BuiltFile file, long size) {
        return ElanusException.corrupt(
                "index object '%s' has %d bytes, but %d were written", file.key(), size, file.bytes());
    }
}
