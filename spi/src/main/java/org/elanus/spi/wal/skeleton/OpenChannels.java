package org.elanus.spi.wal.skeleton;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;

/**
 * The channels that an opener has open for appending, each once, and the highest term of each. Safe for use by many
 * threads.
 */
public final class OpenChannels {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> terms = new HashMap<>();
    private final Set<String> open = new HashSet<>();

    /**
     * Takes the channel before it is opened; {@link #leave} gives it back, also when opening fails. The term counts as
     * seen from here on.
     *
     * @throws ElanusException ALREADY_IN_USE while it is taken; FENCED for a term lower than one before
     */
    public void enter(ChannelInfo channel) {
        String name = channel.name();
        lock.lock();
        try {
            long highest = terms.getOrDefault(name, channel.term());
            if (channel.term() < highest) {
                throw new ElanusException(
                        StandardErrorCode.FENCED,
                        "log channel %s was opened with term %d before and cannot be opened with the lower term %d"
                                .formatted(name, highest, channel.term()));
            }
            if (!open.add(name)) {
                throw new ElanusException(
                        StandardErrorCode.ALREADY_IN_USE, "log channel " + name + " is open for appending already");
            }
            terms.put(name, channel.term());
        } finally {
            lock.unlock();
        }
    }

    /** Frees the channel. */
    public void leave(ChannelInfo channel) {
        lock.lock();
        try {
            open.remove(channel.name());
        } finally {
            lock.unlock();
        }
    }
}
