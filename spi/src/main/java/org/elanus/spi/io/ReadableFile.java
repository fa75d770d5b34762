package org.elanus.spi.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.elanus.spi.HostImplements;

/** A file open for positional reads, by many threads at once. */
@HostImplements
public interface ReadableFile extends AutoCloseable {

    /**
     * Reads into the buffer from the given position.
     *
     * @return the number of bytes read; less than remaining only at the end of the file, and then possibly zero
     */
    int read(ByteBuffer target, long position) throws IOException;

    /** The length in bytes at this moment. */
    long size() throws IOException;

    /** Calling it again has no effect. */
    @Override
    void close() throws IOException;
}
