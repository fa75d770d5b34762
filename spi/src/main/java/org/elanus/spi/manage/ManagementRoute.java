package org.elanus.spi.manage;

import java.util.List;
import java.util.Map;
import org.elanus.spi.PluginImplements;

/**
 * A route on the management port. Handlers run on virtual threads, many at once.
 *
 * @param method such as {@code GET}
 * @param path begins with {@code /}; matched exactly
 */
public record ManagementRoute(String method, String path, Handler handler) {

    public ManagementRoute {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path '" + path + "' must begin with '/'");
        }
    }

    /** A request, free of any HTTP library. Query parameters are decoded. */
    public record Request(String method, String path, Map<String, List<String>> query, byte[] body) {}

    /** An answer. */
    public record Response(int status, String contentType, byte[] body) {}

    /** Answers a request. What it throws becomes a 500 without details and a line in the log. */
    @PluginImplements
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request);
    }
}
