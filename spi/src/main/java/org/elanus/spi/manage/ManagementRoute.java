package org.elanus.spi.manage;

import java.util.List;
import java.util.Map;
import org.elanus.spi.PluginImplements;
import org.elanus.spi.auth.Action;
import org.elanus.spi.database.Principal;

/**
 * A route on the management port. Handlers run on virtual threads, many at once.
 *
 * @param method such as {@code GET}
 * @param path begins with {@code /}; matched exactly
 * @param action what callers must be allowed, of cluster scope; checked before the handler is called
 */
public record ManagementRoute(String method, String path, Action action, Handler handler) {

    public ManagementRoute {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path '" + path + "' must begin with '/'");
        }
    }

    /** Callers must be allowed to view for {@code GET}, to operate for everything else. */
    public ManagementRoute(String method, String path, Handler handler) {
        this(method, path, method.equals("GET") ? Action.VIEW_MANAGEMENT : Action.OPERATE, handler);
    }

    /**
     * A request, free of any HTTP library. Query parameters are decoded.
     *
     * @param caller who was let in; {@code Principal.ANONYMOUS} while authentication is off
     * @param accept what the client can read, as its {@code Accept} header says; empty when it does not say
     */
    public record Request(
            String method,
            String path,
            Map<String, List<String>> query,
            byte[] body,
            Principal caller,
            String accept) {

        /** From a client that does not say what it can read. */
        public Request(String method, String path, Map<String, List<String>> query, byte[] body, Principal caller) {
            this(method, path, query, body, caller, "");
        }

        /** Of nobody in particular. */
        public Request(String method, String path, Map<String, List<String>> query, byte[] body) {
            this(method, path, query, body, Principal.ANONYMOUS);
        }
    }

    /** An answer. */
    public record Response(int status, String contentType, byte[] body) {}

    /** Answers a request. What it throws becomes a 500 without details and a line in the log. */
    @PluginImplements
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request);
    }
}
