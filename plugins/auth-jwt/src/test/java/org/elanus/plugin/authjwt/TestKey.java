package org.elanus.plugin.authjwt;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs tokens and writes key sets by hand, with nothing but the JDK: another implementation than the one under test. */
final class TestKey {

    private static final Map<String, KeyPair> PAIRS = new ConcurrentHashMap<>();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    final String id;
    private final KeyPair pair;
    private final byte[] secret;

    private TestKey(String id, KeyPair pair, byte[] secret) {
        this.id = id;
        this.pair = pair;
        this.secret = secret;
    }

    /** The same key for the same id within a run, as making one is slow. */
    static TestKey rsa(String id) {
        return new TestKey(id, PAIRS.computeIfAbsent("RSA" + id, _ -> generate("RSA", 2048)), null);
    }

    static TestKey rsa(String id, int bits) {
        return new TestKey(id, generate("RSA", bits), null);
    }

    static TestKey ec(String id, String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return new TestKey(id, generator.generateKeyPair(), null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static TestKey ed(String id, String curve) {
        return new TestKey(id, generate(curve, 0), null);
    }

    static TestKey secret(String id, byte[] secret) {
        return new TestKey(id, null, secret);
    }

    static TestKey of(PublicKey publicKey, PrivateKey privateKey) {
        return new TestKey(null, new KeyPair(publicKey, privateKey), null);
    }

    private static KeyPair generate(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    PublicKey publicKey() {
        return pair.getPublic();
    }

    String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    String privatePem() {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    /** A token with this key's id in its header. */
    String sign(String algorithm, String claims) {
        return signWith(algorithm, "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"" + id + "\"}", claims);
    }

    /** A token with a header of any content, signed as {@code algorithm} says whatever the header says. */
    String signWith(String algorithm, String header, String claims) {
        String signed = encode(header) + "." + encode(claims);
        return signed + "." + BASE64.encodeToString(signature(algorithm, signed.getBytes(StandardCharsets.US_ASCII)));
    }

    static String encode(String part) {
        return BASE64.encodeToString(part.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] signature(String algorithm, byte[] content) {
        try {
            String bits = algorithm.substring(2);
            if (algorithm.startsWith("HS")) {
                Mac mac = Mac.getInstance("HmacSHA" + bits);
                mac.init(new SecretKeySpec(secret, "HmacSHA" + bits));
                return mac.doFinal(content);
            }
            Signature signature = switch (algorithm.substring(0, 2)) {
                case "RS" -> Signature.getInstance("SHA" + bits + "withRSA");
                case "PS" -> Signature.getInstance("RSASSA-PSS");
                case "ES" -> Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
                default -> Signature.getInstance("EdDSA");
            };
            if (algorithm.startsWith("PS")) {
                signature.setParameter(new PSSParameterSpec(
                        "SHA-" + bits,
                        "MGF1",
                        new MGF1ParameterSpec("SHA-" + bits),
                        Integer.parseInt(bits) / 8,
                        PSSParameterSpec.TRAILER_FIELD_BC));
            }
            signature.initSign(pair.getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a key set has it. */
    String jwk() {
        return jwk("");
    }

    /** @param more members, such as {@code ,"use":"enc"} */
    String jwk(String more) {
        String members;
        if (secret != null) {
            members = "\"kty\":\"oct\",\"k\":\"" + BASE64.encodeToString(secret) + "\"";
        } else {
            members = switch (pair.getPublic()) {
                case RSAPublicKey rsa ->
                    "\"kty\":\"RSA\",\"n\":\"" + unsigned(rsa.getModulus(), 0) + "\",\"e\":\""
                            + unsigned(rsa.getPublicExponent(), 0) + "\"";
                case ECPublicKey ec -> {
                    int bytes = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
                    yield "\"kty\":\"EC\",\"crv\":\"P-"
                            + ec.getParams().getCurve().getField().getFieldSize()
                            + "\",\"x\":\"" + unsigned(ec.getW().getAffineX(), bytes) + "\",\"y\":\""
                            + unsigned(ec.getW().getAffineY(), bytes) + "\"";
                }
                case EdECPublicKey ed -> {
                    byte[] encoded = ed.getEncoded();
                    int bytes = ed.getParams().getName().equals("Ed448") ? 57 : 32;
                    yield "\"kty\":\"OKP\",\"crv\":\"" + ed.getParams().getName() + "\",\"x\":\""
                            + BASE64.encodeToString(Arrays.copyOfRange(encoded, encoded.length - bytes, encoded.length))
                            + "\"";
                }
                default -> throw new IllegalStateException();
            };
        }
        return "{" + members + (id == null ? "" : ",\"kid\":\"" + id + "\"") + more + "}";
    }

    static String keySet(TestKey... keys) {
        return keySet(Arrays.stream(keys).map(TestKey::jwk).toArray(String[]::new));
    }

    static String keySet(String... keys) {
        return "{\"keys\":[" + String.join(",", keys) + "]}";
    }

    private static String unsigned(BigInteger number, int bytes) {
        byte[] signed = number.toByteArray();
        int start = signed[0] == 0 && signed.length > 1 ? 1 : 0;
        byte[] value = Arrays.copyOfRange(signed, start, signed.length);
        byte[] padded = new byte[Math.max(bytes, value.length)];
        System.arraycopy(value, 0, padded, padded.length - value.length, value.length);
        return BASE64.encodeToString(padded);
    }
}
