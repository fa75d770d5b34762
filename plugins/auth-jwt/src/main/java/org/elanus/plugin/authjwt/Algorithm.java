package org.elanus.plugin.authjwt;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.SecretKey;

/** The algorithms that a token may be signed with (RFC 7518, RFC 8037). {@code none} is not one. */
enum Algorithm {
    HS256,
    HS384,
    HS512,
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512,
    EDDSA("EdDSA");

    private static final int SMALLEST_RSA = 2048;
    /** Larger ones make each check slow. */
    private static final int LARGEST_RSA = 8192;

    private final String id;

    Algorithm() {
        this.id = name();
    }

    Algorithm(String id) {
        this.id = id;
    }

    /** As it stands in the header {@code alg}. */
    String id() {
        return id;
    }

    /** By its exact name, as the standard compares names. */
    static Optional<Algorithm> of(String id) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.id.equals(id))
                .findFirst();
    }

    static String ids() {
        return Arrays.stream(values()).map(Algorithm::id).collect(Collectors.joining(", "));
    }

    /** Those that the key is made for and strong enough for; empty when it is good for none. */
    static Set<Algorithm> of(Key key) {
        EnumSet<Algorithm> fitting = EnumSet.noneOf(Algorithm.class);
        switch (key) {
            case SecretKey secret -> {
                byte[] encoded = secret.getEncoded();
                int bits = encoded == null ? 0 : encoded.length * 8;
                for (Algorithm algorithm : EnumSet.range(HS256, HS512)) {
                    if (bits >= 256 + 128 * algorithm.ordinal()) {
                        fitting.add(algorithm);
                    }
                }
            }
            case RSAPublicKey rsa -> {
                int bits = rsa.getModulus().bitLength();
                if (bits >= SMALLEST_RSA && bits <= LARGEST_RSA) {
                    fitting.addAll(EnumSet.range(RS256, PS512));
                }
            }
            case ECPublicKey ec -> curve(ec).ifPresent(fitting::add);
            case EdECPublicKey _ -> fitting.add(EDDSA);
            default -> {}
        }
        return fitting;
    }

    private static Optional<Algorithm> curve(ECPublicKey key) {
        for (Algorithm algorithm : EnumSet.range(ES256, ES512)) {
            String name = switch (algorithm) {
                case ES256 -> "secp256r1";
                case ES384 -> "secp384r1";
                default -> "secp521r1";
            };
            try {
                AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
                parameters.init(new ECGenParameterSpec(name));
                ECParameterSpec expected = parameters.getParameterSpec(ECParameterSpec.class);
                if (expected.getCurve().equals(key.getParams().getCurve())
                        && expected.getGenerator().equals(key.getParams().getGenerator())
                        && expected.getOrder().equals(key.getParams().getOrder())) {
                    return Optional.of(algorithm);
                }
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JDK does not know the curve " + name, e);
            }
        }
        return Optional.empty();
    }
}
