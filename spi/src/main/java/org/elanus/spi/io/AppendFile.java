package org.elanus.spi.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.elanus.spi.HostImplements;

/**
 * A file that grows at its end. For one thread at a time, except {@link #force()}, which may run beside an append and
 * covers what was appended before it began.
 */
@HostImplements
public interface AppendFile extends AutoCloseable {

    /** Writes all remaining bytes of all buffers, in order, at the end. After a failure the file is in an unknown state. */
    void append(ByteBuffer... buffers) throws IOException;

    /** Makes everything appended so far durable. After a failure this handle refuses every further call. */
    void force() throws IOException;

    /** The length in bytes, appended and not yet forced bytes included. */
    long size();

    /** Closes without forcing. Calling it again has no effect. */
    @Override
    void close() throws IOException;
}
