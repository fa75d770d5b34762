package org.elanus.plugin.indexhnsw;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.elanus.spi.index.IndexFiles;
import org.elanus.spi.storage.ObjectWriter;

/** One file in memory, to be read. */
record OneFile(MemorySegment bytes) implements IndexFiles {

    @Override
    public ObjectWriter create(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MemorySegment map(String name) {
        return bytes;
    }

    @Override
    public List<String> names() {
        return List.of(GraphFile.NAME);
    }
}
