package org.elanus.spi.storage;

import java.lang.foreign.MemorySegment;
import org.elanus.spi.PluginImplements;

/** Writes one object from front to end. For one thread. Closing without commit discards what was written. */
@PluginImplements
public interface ObjectWriter extends AutoCloseable {

    /** Appends bytes; the memory may be reused on return. */
    void write(MemorySegment bytes);

    /** Bytes written so far. */
    long position();

    /**
     * Makes the object visible and durable, if no object has the key.
     *
     * @throws org.elanus.spi.error.ElanusException CONFLICT when the key is taken; the object there is unchanged
     */
    void commit();

    @Override
    void close();
}
