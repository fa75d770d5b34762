package org.elanus.plugin.authjwt;

import java.security.Key;
import java.util.Optional;
import java.util.Set;

/**
 * A public or shared key, bound to the algorithms that it checks.
 *
 * @param id the key id, when the key has one
 * @param algorithms at least one
 */
record VerificationKey(Optional<String> id, Key key, Set<Algorithm> algorithms) {

    VerificationKey {
        algorithms = Set.copyOf(algorithms);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "VerificationKey[" + id.orElse("") + ", " + algorithms + "]";
    }
}
