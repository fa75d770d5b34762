package org.elanus.plugin.authjwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.plugin.Health;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Certificates, as what tokens are checked with, and as what a key server is trusted by. */
final class CertificatesTest extends JwtTestBase {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final TestKey rsa = TestKey.rsa("rsa-1");
    private KeyStore store;
    private String certificate;

    @BeforeEach
    void makeCertificate() throws Exception {
        Path file = directory.resolve("own.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "own",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD)))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        certificate = file(
                "own.pem",
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(store.getCertificate("own").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }

    @Test
    void aCertificateHoldsAPublicKey() throws Exception {
        Authenticator jwt = authenticator("public-key", certificate);
        TestKey own =
                TestKey.of(store.getCertificate("own").getPublicKey(), (PrivateKey) store.getKey("own", PASSWORD));
        assertUser(jwt, own.signWith("ES256", "{\"alg\":\"ES256\"}", claims("alice", "")), "alice");
        assertRefused(jwt, rsa.sign("RS256", claims("alice", "")), Refusal.INVALID);
    }

    @Test
    void aKeyServerIsTrustedByTheConfiguredCertificatesOnly() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = TestKey.keySet(rsa).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        keep(() -> server.stop(0));
        String url = "https://127.0.0.1:" + server.getAddress().getPort() + "/certs";

        Authenticator trusting =
                authenticator("jwks-url", url, "issuer", ISSUER, "jwks-trust-certificates", certificate);
        assertUser(trusting, rsa.sign("RS256", claims("alice", "")), "alice");

        Authenticator wary = authenticator("jwks-url", url, "issuer", ISSUER);
        assertRefused(wary, rsa.sign("RS256", claims("alice", "")), Refusal.NO_KEYS);
        assertThat(plugin.health().state()).isEqualTo(Health.State.UNHEALTHY);

        assertThatThrownBy(() -> authenticator(
                        "jwks-url", url, "issuer", ISSUER, "jwks-trust-certificates", file("none.pem", "none")))
                .hasMessageContaining("plugins.auth-jwt.jwks-trust-certificates");
    }
}
