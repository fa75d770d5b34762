package org.elanus.plugin.authjwt;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.runtime.SystemClock;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.database.Principal;
import org.elanus.testkit.PluginContent;
import org.elanus.testkit.StartedPlugin;
import org.elanus.testkit.auth.AuthenticatorConformance;
import org.elanus.testkit.auth.AuthenticatorSubject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The kit, with each kind of keys. */
final class JwtConformanceTest {

    private static final String ISSUER = "https://id.example.org/";
    private static final String SECRET = "a secret of more than thirty-two bytes";

    abstract static class Kit extends AuthenticatorConformance {

        @TempDir
        Path directory;

        private StartedPlugin plugin;

        abstract TestKey key();

        abstract String algorithm();

        abstract Map<String, String> settings() throws Exception;

        @Override
        protected AuthenticatorSubject subject() throws Exception {
            plugin = StartedPlugin.start(new AuthJwtPlugin(), directory, settings());
            long now = new SystemClock().millis() / 1000;
            String good = "{\"iss\":\"" + ISSUER
                    + "\",\"aud\":\"elanus\",\"sub\":\"alice\",\"roles\":[\"reader\",\"writer\"]";
            String lasting = ",\"exp\":" + (now + 36_000) + "}";
            TestKey stranger = algorithm().startsWith("HS")
                    ? TestKey.secret("key-1", "another secret of more than 32 bytes".getBytes(StandardCharsets.UTF_8))
                    : TestKey.rsa("key-1-of-another");
            return AuthenticatorSubject.of(plugin.authenticator())
                    .secret(SECRET)
                    .accepts(token(good + lasting), new Principal("alice", Set.of("reader", "writer")))
                    .accepts(
                            token(good.replace("alice", "bob") + lasting),
                            new Principal("bob", Set.of("reader", "writer")))
                    .refuses("wrong format", new Credentials.Token("this is.no.token"))
                    .refuses(
                            "wrong format",
                            new Credentials.Token(token(good + lasting).text().replace('.', ' ') + "."))
                    .refuses("too large", new Credentials.Token("ey" + "a".repeat(100_000)))
                    .refuses(
                            "signature",
                            new Credentials.Token(stranger.signWith(
                                    algorithm(),
                                    "{\"alg\":\"" + algorithm() + "\",\"kid\":\"" + key().id + "\"}",
                                    good + lasting)))
                    .refuses("expired", token(good + ",\"exp\":" + (now - 3600) + "}"))
                    .refuses("not yet valid", token(good + ",\"nbf\":" + (now + 18_000) + lasting))
                    .refuses("wrong issuer", token(good.replace(ISSUER, "https://evil.example.org/") + lasting))
                    .refuses("wrong audience", token(good.replace("elanus", "mail") + lasting));
        }

        Credentials.Token token(String claims) {
            return new Credentials.Token(key().sign(algorithm(), claims));
        }

        @Override
        protected void endSubject() {
            plugin.close();
        }

        @Override
        protected Optional<PluginContent> pluginContent() throws Exception {
            return Optional.of(
                    PluginContent.of(AuthJwtPlugin.class, settings(), "jjwt-api-", "jjwt-impl-", "jackson-core-"));
        }
    }

    @Nested
    final class ByASecret extends Kit {

        @Override
        TestKey key() {
            return TestKey.secret("key-1", SECRET.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        String algorithm() {
            return "HS256";
        }

        @Override
        Map<String, String> settings() {
            return Map.of(
                    "plugins.auth-jwt.secret", SECRET,
                    "plugins.auth-jwt.issuer", ISSUER,
                    "plugins.auth-jwt.audience", "elanus");
        }
    }

    @Nested
    final class ByAKeyServer extends Kit {

        private KeyServer server;

        @Override
        protected AuthenticatorSubject subject() throws Exception {
            server = KeyServer.start(TestKey.keySet(key()));
            return super.subject();
        }

        @AfterEach
        void stop() {
            server.close();
        }

        @Override
        TestKey key() {
            return TestKey.rsa("key-1");
        }

        @Override
        String algorithm() {
            return "PS256";
        }

        @Override
        Map<String, String> settings() {
            return Map.of(
                    "plugins.auth-jwt.jwks-url",
                    server.url(),
                    "plugins.auth-jwt.issuer",
                    ISSUER,
                    "plugins.auth-jwt.audience",
                    "elanus");
        }
    }
}
