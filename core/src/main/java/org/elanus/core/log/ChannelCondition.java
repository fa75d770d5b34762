package org.elanus.core.log;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;

/** Whether a channel takes writes, why not, and what happened to it. Safe for use by many threads. */
final class ChannelCondition {

    private static final int MOST_ALARMS = 16;

    private record Now(ChannelState state, @Nullable ElanusException why) {}

    private final String channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<String> alarms = new LinkedHashSet<>();
    private volatile Now now = new Now(ChannelState.OPEN, null);
    private volatile boolean closed;

    ChannelCondition(String channel) {
        this.channel = channel;
    }

    /** A permanent state is not left again. @return whether the channel is in another state than before */
    boolean become(ChannelState state, @Nullable ElanusException why) {
        lock.lock();
        try {
            ChannelState before = now.state;
            if (before.isPermanent()) {
                return false;
            }
            now = new Now(state, why);
            return state != before;
        } finally {
            lock.unlock();
        }
    }

    void alarm(String sentence) {
        lock.lock();
        try {
            if (alarms.size() < MOST_ALARMS) {
                alarms.add(sentence);
            }
        } finally {
            lock.unlock();
        }
    }

    List<String> alarms() {
        lock.lock();
        try {
            return new ArrayList<>(alarms);
        } finally {
            lock.unlock();
        }
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    ChannelState state() {
        return now.state;
    }

    /** Null while the channel takes writes. */
    @Nullable
    ElanusException why() {
        return now.why;
    }

    ElanusException closedError() {
        return new ElanusException(StandardErrorCode.CLOSED, "the log of channel '" + channel + "' is closed");
    }

    /** @throws ElanusException CLOSED, or why nothing is accepted until a restart */
    void requireUsable() {
        if (closed) {
            throw closedError();
        }
        Now current = now;
        if (current.state.isPermanent() && current.why != null) {
            throw Errors.again(current.why);
        }
    }

    /** @throws ElanusException also NOT_READY while the log is lost */
    void requireOpen() {
        requireUsable();
        Now current = now;
        if (current.state == ChannelState.LOST) {
            throw new ElanusException(
                    StandardErrorCode.NOT_READY,
                    "the log of channel '" + channel
                            + "' cannot be used at the moment, nothing was written; try again: "
                            + (current.why == null ? "" : current.why.getMessage()),
                    current.why);
        }
    }
}
