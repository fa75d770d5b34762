package org.elanus.dist;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/** Signs tokens and serves its key over HTTP on the loopback address, in the layout of Keycloak. */
final class IdentityProvider implements AutoCloseable {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final HttpServer server;
    private KeyPair pair = generate();
    private int number = 1;

    private IdentityProvider(HttpServer server) {
        this.server = server;
    }

    static IdentityProvider start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        IdentityProvider provider = new IdentityProvider(server);
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] keys = provider.keySet().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, keys.length);
                exchange.getResponseBody().write(keys);
            }
        });
        server.start();
        return provider;
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/demo";
    }

    /** What a server needs to take its tokens. */
    String[] settings() {
        return new String[] {
            "--set", "auth.enabled=true",
            "--set", "auth.authenticators=builtin,jwt",
            "--set", "plugins.auth-jwt.jwks-url=" + issuer() + "/protocol/openid-connect/certs",
            "--set", "plugins.auth-jwt.issuer=" + issuer(),
            "--set", "plugins.auth-jwt.audience=elanus",
            "--set", "plugins.auth-jwt.user-claim=preferred_username",
            "--set", "plugins.auth-jwt.roles-claim=realm_access.roles",
            "--set", "plugins.auth-jwt.unknown-key-interval=100ms"
        };
    }

    /** From now on signs with another key, and serves only that. */
    synchronized void rotate() {
        pair = generate();
        number++;
    }

    /** @param roles such as {@code "admin","reader"} */
    String token(String user, String roles) {
        return token(user, roles, 3600);
    }

    synchronized String token(String user, String roles, long seconds) {
        String signed = encode("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"key-" + number + "\"}") + "."
                + encode("{\"iss\":\"" + issuer() + "\",\"aud\":[\"account\",\"elanus\"],\"sub\":\"f3b1\","
                        + "\"preferred_username\":\"" + user + "\",\"realm_access\":{\"roles\":[" + roles
                        + "]},\"exp\":"
                        + (Instant.now().getEpochSecond() + seconds) + "}");
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized String keySet() {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"keys\":[{\"kid\":\"key-" + number + "\",\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
                + encode(key.getModulus()) + "\",\"e\":\"" + encode(key.getPublicExponent()) + "\"}]}";
    }

    private static String encode(String part) {
        return BASE64.encodeToString(part.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(BigInteger positive) {
        byte[] bytes = positive.toByteArray();
        return BASE64.encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
