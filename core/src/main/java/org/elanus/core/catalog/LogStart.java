package org.elanus.core.catalog;

import java.util.Map;

/**
 * Where a channel goes on in a log that its database moves to.
 *
 * @param epoch of the owner that claimed the channel there
 * @param claim the record by which it did; everything before it is in segments
 * @param notes of the channel that change with the move, by name
 */
public record LogStart(long epoch, Checkpoint claim, Map<String, byte[]> notes) {

    public LogStart {
        notes = Map.copyOf(notes);
    }
}
