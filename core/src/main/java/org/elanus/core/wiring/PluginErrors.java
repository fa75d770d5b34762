package org.elanus.core.wiring;

import java.util.function.Supplier;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCode;
import org.elanus.spi.error.StandardErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Errors on their way out of a host that is being closed. An exception of a plugin's library keeps the plugin's classes
 * in memory for as long as it is under way, and closing the host would report them as leaked.
 */
final class PluginErrors {

    private static final Logger log = LoggerFactory.getLogger(PluginErrors.class);

    private PluginErrors() {}

    /** Runs; what it throws leaves as code and message alone. */
    static <T> T detached(Supplier<T> body) {
        ErrorCode code;
        String message;
        try {
            return body.get();
        } catch (ElanusException e) {
            log.debug("failed", e);
            code = e.code() instanceof StandardErrorCode ? e.code() : StandardErrorCode.PLUGIN_FAILED;
            message = String.valueOf(e.getMessage());
        }
        throw new ElanusException(code, message);
    }
}
