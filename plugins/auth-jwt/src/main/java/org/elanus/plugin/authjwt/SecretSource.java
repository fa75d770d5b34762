package org.elanus.plugin.authjwt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The one secret that the operator configured. */
final class SecretSource implements KeySource {

    private static final String BASE64 = "base64:";

    private final String secret;
    private final Set<Algorithm> allowed;

    SecretSource(String secret, Set<Algorithm> allowed) {
        this.secret = secret;
        this.allowed = EnumSet.copyOf(allowed);
    }

    @Override
    public KeySet load() throws IOException {
        byte[] bytes;
        if (secret.startsWith(BASE64)) {
            String encoded = secret.substring(BASE64.length()).strip();
            try {
                bytes = encoded.indexOf('-') >= 0 || encoded.indexOf('_') >= 0
                        ? Base64.getUrlDecoder().decode(encoded)
                        : Base64.getDecoder().decode(encoded);
            } catch (IllegalArgumentException _) {
                // The cause would quote from the secret.
                throw new IOException("what follows base64: is not in base64");
            }
        } else {
            bytes = secret.getBytes(StandardCharsets.UTF_8);
        }
        if (bytes.length == 0) {
            throw new IOException("it is empty");
        }
        SecretKey key = new SecretKeySpec(bytes, "HmacSHA512");
        Set<Algorithm> algorithms = EnumSet.copyOf(allowed);
        algorithms.retainAll(Algorithm.of(key));
        if (algorithms.isEmpty()) {
            throw new IOException("it has " + bytes.length
                    + " bytes; HS256 needs at least 32, HS384 48, HS512 64, and one of them must be among the accepted "
                    + "algorithms");
        }
        return new KeySet(List.of(new VerificationKey(Optional.empty(), key, algorithms)));
    }

    @Override
    public boolean changes() {
        return false;
    }

    @Override
    public String description() {
        return "plugins.auth-jwt.secret";
    }
}
