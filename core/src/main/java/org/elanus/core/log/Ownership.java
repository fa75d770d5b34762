package org.elanus.core.log;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.Wal;
import org.jspecify.annotations.Nullable;

/**
 * How a channel is owned: takes it, sends its records, knows when one is certain to count, and takes the channel anew
 * when the log was lost.
 */
interface Ownership extends AutoCloseable {

    /**
     * Takes the channel for the first time and applies what its log holds, on the calling thread.
     *
     * @param notes is handed what earlier owners noted, once, before anything is applied
     */
    void open(Consumer<Map<String, byte[]>> notes);

    /** Starts what runs in the background. */
    void start();

    /** Makes sure that the channel can be written. The caller holds the append lock. @throws ElanusException why not */
    void requireOpen();

    /** Hands a record to the log. Never throws: what goes wrong goes to the record. The caller holds the append lock. */
    void send(Pending pending, List<MemorySegment> record);

    /** Is told on the applier that a record failed. */
    void failed(Pending pending, ElanusException cause);

    /** The handle while the channel is open. */
    @Nullable
    Wal wal();

    /** The epoch under which the channel is owned, or was last. */
    long epoch();

    /** What is under way shall end soon. */
    void closing();

    /** Gives the channel back; nothing is under way any more. */
    @Override
    void close();
}
