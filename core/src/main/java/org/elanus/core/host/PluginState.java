package org.elanus.core.host;

import java.util.List;
import java.util.Optional;
import org.elanus.spi.plugin.Health;

/**
 * What is known of one plugin at one moment.
 *
 * @param id as its descriptor gives it; the file's name when that cannot be read
 * @param version empty when the descriptor cannot be read
 * @param health the plugin's own view while it runs
 * @param source where it was found
 * @param contributions what it contributes, such as {@code wal local}; visible while it runs
 * @param sinceMillis when it entered the state, in milliseconds since 1970
 * @param failure why it does not run, or what went wrong when it stopped
 * @param errors of calls into the plugin that threw something other than an error of the caller's
 * @param calls into what it contributes
 */
public record PluginState(
        String id,
        String version,
        State state,
        Health health,
        String source,
        List<String> contributions,
        long sinceMillis,
        Optional<String> failure,
        long errors,
        long calls) {

    /** Where a plugin stands. */
    public enum State {
        /** Found and verified; not started yet. */
        INSTALLED,
        STARTING,
        RUNNING,
        STOPPING,
        STOPPED,
        FAILED
    }

    public PluginState {
        contributions = List.copyOf(contributions);
    }
}
