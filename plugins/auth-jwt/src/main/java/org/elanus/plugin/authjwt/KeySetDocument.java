package org.elanus.plugin.authjwt;

import io.jsonwebtoken.io.DeserializationException;
import io.jsonwebtoken.security.Jwks;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a key set (RFC 7517). Of each key only what makes it a public or shared key is taken: addresses and certificates in
 * it are not looked at. A key that cannot be used is left out, so that one of a new kind does not lock everybody out.
 */
final class KeySetDocument {

    private static final Logger log = LoggerFactory.getLogger(KeySetDocument.class);
    private static final int MOST_KEYS = 500;
    private static final int MOST_VALUES = 100_000;
    private static final Map<String, List<String>> MEMBERS = Map.of(
            "RSA", List.of("n", "e"),
            "EC", List.of("crv", "x", "y"),
            "OKP", List.of("crv", "x"),
            "oct", List.of("k"));

    private final Set<Algorithm> allowed;
    private final boolean secrets;
    private final BoundedJson json = new BoundedJson(MOST_VALUES);

    /** @param secrets whether shared keys are taken, too: not from what anybody may read */
    KeySetDocument(Set<Algorithm> allowed, boolean secrets) {
        this.allowed = EnumSet.copyOf(allowed);
        this.secrets = secrets;
    }

    /** @throws IOException when there is no usable key in it */
    KeySet read(byte[] document) throws IOException {
        Object keys;
        try {
            keys = json.deserialize(new StringReader(new String(document, StandardCharsets.UTF_8)))
                    .get("keys");
        } catch (DeserializationException e) {
            throw new IOException("it is no JSON key set", e);
        }
        if (!(keys instanceof List<?> list) || list.size() > MOST_KEYS) {
            throw new IOException("it has no list 'keys' of at most " + MOST_KEYS + " keys");
        }
        List<VerificationKey> usable = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (Object element : list) {
            if (element instanceof Map<?, ?> key) {
                String unusable = add(key, usable);
                if (!unusable.isEmpty()) {
                    leftOut.add(Printable.of(key.get("kid")) + " " + unusable);
                }
            } else {
                leftOut.add("one that is no object");
            }
        }
        if (usable.isEmpty()) {
            throw new IOException("none of its " + list.size() + " keys can be used" + reasons(leftOut));
        }
        if (!leftOut.isEmpty()) {
            log.info("not used of a key set: {}", String.join(", ", leftOut));
        }
        return new KeySet(usable);
    }

    private static String reasons(List<String> leftOut) {
        return leftOut.isEmpty() ? "" : ": " + String.join(", ", leftOut.subList(0, Math.min(5, leftOut.size())));
    }

    /** @return why it is left out; empty when it was added */
    private String add(Map<?, ?> key, List<VerificationKey> usable) {
        if (!Objects.requireNonNullElse(key.get("use"), "sig").equals("sig")
                || key.get("key_ops") instanceof List<?> operations && !operations.contains("verify")) {
            return "is not for signatures";
        }
        if (!(key.get("kty") instanceof String type) || !MEMBERS.containsKey(type)) {
            return "is of an unknown type";
        }
        if (type.equals("oct") && !secrets) {
            return "is a secret, which no public key set may hold";
        }
        Optional<Key> made = make(type, key);
        if (made.isEmpty()) {
            return "is malformed";
        }
        Set<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        algorithms.addAll(Algorithm.of(made.get()));
        algorithms.retainAll(allowed);
        Object own = key.get("alg");
        if (own != null) {
            algorithms.removeIf(algorithm -> !algorithm.id().equals(own));
        }
        if (algorithms.isEmpty()) {
            return "is too weak or for no accepted algorithm";
        }
        Optional<String> id = key.get("kid") instanceof String text ? Optional.of(text) : Optional.empty();
        usable.add(new VerificationKey(id, made.get(), algorithms));
        return "";
    }

    private static Optional<Key> make(String type, Map<?, ?> key) {
        Map<String, @Nullable Object> members = new HashMap<>();
        members.put("kty", type);
        MEMBERS.getOrDefault(type, List.of()).forEach(name -> members.put(name, key.get(name)));
        try {
            Key made = Jwks.builder().add(members).build().toKey();
            // A shared key serves every HMAC that it is long enough for, whatever the parser takes it to be made for.
            return Optional.of(
                    made instanceof SecretKey secret ? new SecretKeySpec(secret.getEncoded(), "HmacSHA512") : made);
        } catch (RuntimeException e) {
            // Without the cause: it may quote what the key holds.
            log.debug("a key of type {} cannot be read: {}", type, e.getClass().getName());
            return Optional.empty();
        }
    }
}
