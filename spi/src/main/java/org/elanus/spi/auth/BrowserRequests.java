package org.elanus.spi.auth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a page in a browser sends from what a client sends, the same way on every port of HTTP. A page can send
 * requests to any server that the browser reaches, this machine's too, and nothing but headers tells.
 */
public final class BrowserRequests {

    /** An IPv4 address, an IPv6 address in brackets, or {@code localhost}; each with a port or without. */
    private static final Pattern LOCAL =
            Pattern.compile("(?i)(localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+(%[0-9a-z._~-]+)?])(:\\d{0,5})?");

    private static final int LONGEST = 256;

    private BrowserRequests() {}

    /**
     * Whether a page asks that does not come from the server itself.
     *
     * @param origin the header {@code Origin}; null or empty when there is none, as from clients
     * @param host the header {@code Host}
     */
    public static boolean isForeign(@Nullable String origin, @Nullable String host) {
        if (origin == null || origin.isEmpty()) {
            return false;
        }
        try {
            String authority = new URI(origin).getRawAuthority();
            return authority == null || !authority.equalsIgnoreCase(host);
        } catch (URISyntaxException e) {
            return true;
        }
    }

    /**
     * Whether the host is named by its address or as {@code localhost}. Any other name can be one that a page's owner made
     * stand for this machine, so that the browser takes the server for the page's own. To be asked for where nothing but
     * being on this machine lets callers in.
     *
     * @param host the header {@code Host}; null or empty when there is none, as from old clients but from no browser
     */
    public static boolean namesThisMachine(@Nullable String host) {
        return host == null || host.isEmpty() || (host.length() <= LONGEST && LOCAL.matcher(host).matches());
    }
}
