package org.elanus.plugin.authjwt;

import java.util.Map;
import java.util.Optional;

/**
 * Finds a claim by a path whose dots lead into nested objects. Names of claims may have dots themselves, such as
 * {@code https://example.org/roles}: at each step the longest name that is there wins.
 */
final class ClaimPath {

    private ClaimPath() {}

    static Optional<Object> find(Map<?, ?> claims, String path) {
        Object whole = claims.get(path);
        if (whole != null) {
            return Optional.of(whole);
        }
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            if (claims.get(path.substring(0, dot)) instanceof Map<?, ?> nested) {
                Optional<Object> found = find(nested, path.substring(dot + 1));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
