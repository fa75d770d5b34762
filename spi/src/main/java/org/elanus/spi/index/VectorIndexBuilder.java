package org.elanus.spi.index;

import java.util.concurrent.Executor;
import org.elanus.spi.PluginImplements;
import org.elanus.spi.runtime.Cancellation;

/** Builds one index, once. For one caller; may spread work over the executor. */
@PluginImplements
public interface VectorIndexBuilder extends AutoCloseable {

    /**
     * Builds over all rows of the source and writes the files, each committed on return.
     *
     * @param workers runs parts of the build beside the calling thread; may run none
     * @param parallelism how many parts make sense at once, 1 or more
     * @throws org.elanus.spi.error.ElanusException CANCELLED soon after cancellation
     */
    void build(VectorSource source, IndexFiles files, Executor workers, int parallelism, Cancellation cancellation);

    /** Gives back what the build took. */
    @Override
    void close();
}
