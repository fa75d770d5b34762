package org.elanus.plugin.authjwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.plugin.Health;
import org.junit.jupiter.api.Test;

/** What the operator can do wrong, and what the answer names. */
final class AuthJwtConfigTest extends JwtTestBase {

    private static final String SECRET = "correct horse battery staple, and more";

    @Test
    void twoSourcesOfKeysAreRefused() throws Exception {
        String pem = file("key.pem", TestKey.rsa("rsa-1").pem());
        assertInvalid("exclude each other", "secret", SECRET, "public-key", pem);
    }

    @Test
    void aWeakSecretIsRefusedWithoutBeingShown() throws Exception {
        for (String weak : new String[] {"hunter2-hunter2", "base64:aHVudGVyMg==", "base64:***hunter2***"}) {
            assertThatThrownBy(() -> authenticator("secret", weak))
                    .hasMessageContaining("plugins.auth-jwt.secret")
                    .hasMessageNotContaining("hunter2");
        }
        assertInvalid("HS512 64", "secret", SECRET, "algorithms", "HS512");
    }

    @Test
    void aFileThatHoldsNoPublicKeyIsRefused() throws Exception {
        TestKey rsa = TestKey.rsa("rsa-1");
        assertInvalid(
                "does not exist", "public-key", directory.resolve("none.pem").toString());
        assertInvalid("is a directory", "public-key", directory.toString());
        assertInvalid("no PEM block", "public-key", file("empty.pem", ""));
        assertInvalid("PRIVATE KEY", "public-key", file("private.pem", rsa.privatePem()));
        assertInvalid("several PEM blocks", "public-key", file("two.pem", rsa.pem() + rsa.pem()));
        assertInvalid(
                "not an RSA, EC or EdDSA key",
                "public-key",
                file("bad.pem", rsa.pem().replaceFirst("MII", "AAA")));
        assertInvalid(
                "too weak",
                "public-key",
                file("weak.pem", TestKey.rsa("weak", 1024).pem()));
        assertInvalid("no accepted algorithm", "public-key", file("rsa.pem", rsa.pem()), "algorithms", "ES256");
        assertInvalid("no JSON key set", "jwks-file", file("jwks.json", "{"));
        assertInvalid("no JSON key set", "jwks-file", file("trailing.json", TestKey.keySet(rsa) + "}"));
    }

    @Test
    void anAddressThatOthersCouldSpeakForIsRefused() {
        for (String url : new String[] {
            "http://id.example.org/certs",
            "http://127.0.0.1.example.org/certs",
            "http://localhost.example.org/",
            "ftp://127.0.0.1/certs",
            "file:///etc/passwd",
            "https://user:password@id.example.org/",
            "https:///certs",
            "certs",
            "https://id.example.org/ certs"
        }) {
            assertInvalid("jwks-url", "jwks-url", url, "issuer", ISSUER);
        }
        assertInvalid("goes with issuer", "jwks-url", "https://id.example.org/certs");
    }

    @Test
    void unknownAlgorithmsAreRefused() {
        for (String name : new String[] {"none", "rs256", "ES256K", "RSA-OAEP"}) {
            assertInvalid("algorithms names '" + name + "'", "secret", SECRET, "algorithms", "HS256," + name);
        }
    }

    @Test
    void withoutKeysThePluginRunsAndTakesNoToken() throws Exception {
        Authenticator jwt = authenticator();
        assertThatThrownBy(jwt::requireConfigured).hasMessageContaining("secret, public-key, jwks-file and jwks-url");
        assertThat(plugin.health().state()).isEqualTo(Health.State.HEALTHY);
        assertRefused(jwt, TestKey.secret("a", new byte[32]).sign("HS256", claims("alice", "")), Refusal.NO_KEYS);
    }

    @Test
    void nothingShowsTheSecret() throws Exception {
        Authenticator jwt = authenticator("secret", SECRET);
        assertThat(jwt.toString() + plugin + plugin.health()).doesNotContain(SECRET);
        assertThat(new SecretSource(SECRET, EnumSet.allOf(Algorithm.class))
                        .load()
                        .toString())
                .doesNotContain(SECRET)
                .contains("HS256");
    }

    private void assertInvalid(String part, String... settings) {
        assertThatThrownBy(() -> authenticator(settings)).hasMessageContaining(part);
    }
}
