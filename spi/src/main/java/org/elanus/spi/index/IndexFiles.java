package org.elanus.spi.index;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.elanus.spi.HostImplements;
import org.elanus.spi.storage.ObjectWriter;

/** The named files of one index in one segment. The host maps a name to an object and checks its checksum. */
@HostImplements
public interface IndexFiles {

    /**
     * Begins a file; only while building. The name is 1 to 64 letters, digits, {@code .}, {@code -} and {@code _}. The
     * builder commits the writer.
     */
    ObjectWriter create(String name);

    /** The whole file, mapped where the store allows it; valid until the index is closed. */
    MemorySegment map(String name);

    /** The names of all files, sorted. */
    List<String> names();
}
