package org.elanus.core.log;

import java.util.Map;
import java.util.Set;

/** What a channel keeps outside its log. Durable; safe for use by many threads. */
public interface ChannelStore {

    /** The id of the database, which the channel's CLAIMs bear; empty when it has none. */
    default String database() {
        return "";
    }

    /** Raises the channel's epoch and returns the new one: 1 or more, never returned twice. */
    long raiseEpoch();

    /** The epoch as it stands now, whoever raised it; 0 when nobody did. */
    long epoch();

    /** The notes of this channel by name. */
    Map<String, byte[]> notes();

    /**
     * Changes notes, all or none.
     *
     * @param epoch of the owner that writes them
     * @throws org.elanus.spi.error.ElanusException FENCED when the epoch has been raised since, with nothing changed
     */
    void note(long epoch, Map<String, byte[]> put, Set<String> remove);
}
