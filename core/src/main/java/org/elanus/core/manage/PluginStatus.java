package org.elanus.core.manage;

import java.util.List;
import java.util.Optional;

/**
 * A plugin as the management port shows it.
 *
 * @param health such as {@code healthy}
 * @param message the plugin's own words about its health
 * @param since when it entered the state, in milliseconds since 1970
 * @param failure why it does not run
 */
public record PluginStatus(
        String id,
        String version,
        String state,
        String health,
        String message,
        List<String> contributions,
        String source,
        long since,
        long errors,
        Optional<String> failure) {

    public PluginStatus {
        contributions = List.copyOf(contributions);
    }
}
