package org.elanus.core.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.elanus.spi.api.ApiEndpoint;
import org.elanus.spi.auth.Door;
import org.elanus.spi.database.Database;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and closes the endpoints of a plugin, on threads that are thrown away: network libraries leave things on them. */
final class EndpointCalls {

    private static final Logger log = LoggerFactory.getLogger(EndpointCalls.class);

    private EndpointCalls() {}

    static Optional<ElanusException> open(
            HostServices services, HostedPlugin plugin, Database database, Door door) {
        for (ApiEndpoint endpoint : plugin.endpoints()) {
            try {
                Optional<ElanusException> failure = services.calls()
                        .call(
                                plugin.id(),
                                plugin.loader(),
                                "open",
                                services.limits().startLimit(),
                                () -> {
                                    try {
                                        endpoint.open(database, door);
                                        return Optional.<ElanusException>empty();
                                    } catch (ElanusException e) {
                                        return Optional.of(detached(e));
                                    }
                                });
                if (failure.isPresent()) {
                    return failure;
                }
                log.info("Plugin {} serves on {}", plugin.id(), endpoint.addresses());
            } catch (PluginRefusedException e) {
                return Optional.of(new ElanusException(
                        StandardErrorCode.PLUGIN_FAILED,
                        "plugin '" + plugin.id() + "' cannot open its endpoint: " + e.getMessage()));
            }
        }
        return Optional.empty();
    }

    /** What the endpoints say that they are going to bind; an empty text for one that does not say it. */
    static List<String> hosts(HostedPlugin plugin) {
        List<String> hosts = new ArrayList<>();
        plugin.endpoints().forEach(endpoint -> {
            List<String> own = endpoint.hosts();
            hosts.addAll(own.isEmpty() ? List.of("") : own);
        });
        return hosts;
    }

    static void close(HostServices services, HostedPlugin plugin, Duration drain) {
        for (ApiEndpoint endpoint : plugin.endpoints()) {
            try {
                Duration limit = drain.plus(services.limits().stopLimit());
                services.calls().call(plugin.id(), plugin.loader(), "close", limit, () -> {
                    endpoint.close(drain);
                    return true;
                });
            } catch (PluginRefusedException e) {
                log.warn("The endpoint of plugin {} cannot be closed: {}", plugin.id(), e.getMessage());
            }
        }
    }

    /** The same error without a trace of the plugin's classes. */
    private static ElanusException detached(ElanusException error) {
        return new ElanusException(
                error.code() instanceof StandardErrorCode code ? code : StandardErrorCode.PLUGIN_FAILED,
                String.valueOf(error.getMessage()));
    }
}
