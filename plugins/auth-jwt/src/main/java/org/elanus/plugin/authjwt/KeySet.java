package org.elanus.plugin.authjwt;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The keys that are accepted at one time. Equal sets hold equal keys in the same order. */
record KeySet(List<VerificationKey> keys) {

    KeySet {
        keys = List.copyOf(keys);
    }

    /**
     * The key for a token. The key id serves to find it in here and for nothing else; it is not looked at when no key has
     * one.
     *
     * @param id as the token's header names it
     * @return empty when a newer set may know it
     * @throws org.elanus.spi.error.ElanusException when the token must be refused whatever other keys there are
     */
    Optional<VerificationKey> find(@Nullable String id, Algorithm algorithm) {
        boolean named = id != null && keys.stream().anyMatch(key -> key.id().isPresent());
        List<VerificationKey> meant = keys.stream()
                .filter(key -> !named || key.id().equals(Optional.ofNullable(id)))
                .toList();
        if (meant.isEmpty()) {
            return Optional.empty();
        }
        List<VerificationKey> fitting = meant.stream()
                .filter(key -> key.algorithms().contains(algorithm))
                .toList();
        if (fitting.isEmpty()) {
            throw Refusal.INVALID.exception("its algorithm is not one of its key");
        }
        if (fitting.size() > 1) {
            throw Refusal.UNKNOWN_KEY.exception(
                    "it does not say which of several, by a key id that is one key's alone");
        }
        return Optional.of(fitting.getFirst());
    }
}
