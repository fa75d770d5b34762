package org.elanus.testkit.simulation.log;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.elanus.core.log.ChannelStore;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** What a channel keeps outside of its log, for all processes of a schedule. Every call takes a while. */
final class SharedChannelStore implements ChannelStore {

    private final Map<String, byte[]> notes = new HashMap<>();
    private long epoch;

    @Override
    public long raiseEpoch() {
        Thread.yield();
        long raised = ++epoch;
        Thread.yield();
        return raised;
    }

    @Override
    public long epoch() {
        Thread.yield();
        return epoch;
    }

    @Override
    public Map<String, byte[]> notes() {
        Thread.yield();
        return Map.copyOf(notes);
    }

    @Override
    public void note(long owner, Map<String, byte[]> put, Set<String> remove) {
        Thread.yield();
        if (owner != epoch) {
            throw new ElanusException(
                    StandardErrorCode.FENCED, "epoch " + owner + " was raised to " + epoch + " by another process");
        }
        notes.keySet().removeAll(remove);
        notes.putAll(put);
        Thread.yield();
    }
}
