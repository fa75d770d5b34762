package org.elanus.plugin.authjwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.error.ElanusException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What makes a token good, and each way in which it is not. */
final class TokenChecksTest extends JwtTestBase {

    private static final byte[] SECRET =
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final TestKey rsa = TestKey.rsa("rsa-1");
    private KeyServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = keep(KeyServer.start(TestKey.keySet(rsa)));
    }

    @Test
    void everyAlgorithmIsTakenFromAKeyThatIsMadeForIt() throws Exception {
        TestKey p256 = TestKey.ec("p256", "secp256r1");
        TestKey p384 = TestKey.ec("p384", "secp384r1");
        TestKey p521 = TestKey.ec("p521", "secp521r1");
        TestKey ed25519 = TestKey.ed("ed25519", "Ed25519");
        TestKey ed448 = TestKey.ed("ed448", "Ed448");
        server.serve(TestKey.keySet(rsa, p256, p384, p521, ed25519, ed448));
        Authenticator jwt = byUrl(server);

        for (String algorithm : List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")) {
            assertUser(jwt, rsa.sign(algorithm, claims(algorithm, "")), algorithm);
        }
        assertUser(jwt, p256.sign("ES256", claims("alice", "")), "alice");
        assertUser(jwt, p384.sign("ES384", claims("bob", "")), "bob");
        assertUser(jwt, p521.sign("ES512", claims("carol", "")), "carol");
        assertUser(jwt, ed25519.sign("EdDSA", claims("dora", "")), "dora");
        assertUser(jwt, ed448.sign("EdDSA", claims("emil", "")), "emil");
    }

    @Test
    void aSecretTakesTheAlgorithmsThatItIsLongEnoughFor() throws Exception {
        Authenticator jwt = authenticator("secret", new String(SECRET, StandardCharsets.US_ASCII));
        for (String algorithm : List.of("HS256", "HS384", "HS512")) {
            assertUser(jwt, TestKey.secret("any", SECRET).sign(algorithm, claims("alice", "")), "alice");
        }
        byte[] shorter = new byte[47];
        new Random(7).nextBytes(shorter);
        Authenticator weaker =
                authenticator("secret", "base64:" + Base64.getEncoder().encodeToString(shorter));
        TestKey key = TestKey.secret(null, shorter);
        assertUser(weaker, key.signWith("HS256", "{\"alg\":\"HS256\"}", claims("alice", "")), "alice");
        assertRefused(weaker, key.signWith("HS384", "{\"alg\":\"HS384\"}", claims("alice", "")), Refusal.INVALID);
        assertRefused(weaker, key.signWith("HS512", "{\"alg\":\"HS512\"}", claims("alice", "")), Refusal.INVALID);
    }

    @Test
    void aPemFileHoldsAPublicKeyOfAnyKind() throws Exception {
        TestKey ec = TestKey.ec(null, "secp256r1");
        TestKey ed = TestKey.ed(null, "Ed25519");
        assertUser(
                authenticator("public-key", file("rsa.pem", "# ours\n" + rsa.pem())),
                rsa.sign("PS256", claims("alice", "")),
                "alice");
        assertUser(
                authenticator("public-key", file("ec.pem", ec.pem())),
                ec.signWith("ES256", "{\"alg\":\"ES256\"}", claims("alice", "")),
                "alice");
        assertUser(
                authenticator("public-key", file("ed.pem", ed.pem())),
                ed.signWith("EdDSA", "{\"alg\":\"EdDSA\"}", claims("alice", "")),
                "alice");
    }

    /** The examples A.1 and A.3 of RFC 7515 expired in 2011; that is found only after the signature holds. */
    @Test
    void theSignaturesOfTheStandardsExamplesHold() throws Exception {
        String jwks = file("rfc7515.json", TestKey.keySet("""
                        {"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}""", """
                        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"""));
        Authenticator jwt = authenticator("jwks-file", jwks);
        String claims =
                "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

        assertRefused(
                jwt,
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + claims + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                Refusal.EXPIRED);
        assertRefused(
                jwt,
                "eyJhbGciOiJFUzI1NiJ9." + claims
                        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
                Refusal.EXPIRED);
        assertRefused(
                jwt,
                "eyJhbGciOiJFUzI1NiJ9." + claims
                        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1A",
                Refusal.INVALID);
    }

    @Test
    void aTokenWithoutASignatureIsInvalid() throws Exception {
        Authenticator jwt = byUrl(server);
        String good = rsa.sign("RS256", claims("alice", ""));
        for (String none : List.of("none", "None", "NONE", "nOnE")) {
            String header = TestKey.encode("{\"alg\":\"" + none + "\",\"kid\":\"rsa-1\"}");
            String unsigned = header + "." + TestKey.encode(claims("alice", "")) + ".";
            assertRefused(jwt, unsigned, Refusal.INVALID);
            assertRefused(jwt, unsigned + good.substring(good.lastIndexOf('.') + 1), Refusal.INVALID);
        }
        assertRefused(jwt, good.substring(0, good.lastIndexOf('.') + 1), Refusal.INVALID);
        String[] parts = good.split("\\.");
        assertRefused(jwt, parts[0] + "." + parts[1] + ".AAAA", Refusal.INVALID);
    }

    @Test
    void aPublicKeyIsNoSecretToSignWith() throws Exception {
        Authenticator jwt = byUrl(server);
        Authenticator pem = authenticator("public-key", file("key.pem", rsa.pem()));
        String encoded = Base64.getEncoder().encodeToString(rsa.publicKey().getEncoded());
        for (byte[] secret : List.of(
                rsa.pem().getBytes(StandardCharsets.US_ASCII),
                rsa.pem().strip().getBytes(StandardCharsets.US_ASCII),
                rsa.publicKey().getEncoded(),
                encoded.getBytes(StandardCharsets.US_ASCII),
                rsa.jwk().getBytes(StandardCharsets.US_ASCII))) {
            for (String algorithm : List.of("HS256", "HS384", "HS512")) {
                String confused = TestKey.secret("rsa-1", secret).sign(algorithm, claims("root", ""));
                assertRefused(jwt, confused, Refusal.INVALID);
                assertRefused(pem, confused, Refusal.INVALID);
                assertRefused(
                        jwt,
                        TestKey.secret(null, secret)
                                .signWith(algorithm, "{\"alg\":\"" + algorithm + "\"}", claims("root", "")),
                        Refusal.INVALID);
            }
        }
    }

    @Test
    void aKeyIsBoundToItsAlgorithm() throws Exception {
        server.serve(TestKey.keySet(rsa.jwk(",\"alg\":\"RS256\"")));
        Authenticator jwt = byUrl(server);
        assertUser(jwt, rsa.sign("RS256", claims("alice", "")), "alice");
        for (String other : List.of("RS384", "RS512", "PS256", "PS512")) {
            assertRefused(jwt, rsa.sign(other, claims("alice", "")), Refusal.INVALID);
        }
        // Said to be signed in one way, signed in another.
        assertRefused(
                jwt,
                rsa.signWith("PS256", "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}", claims("alice", "")),
                Refusal.INVALID);
    }

    @Test
    void theOperatorMayAcceptFewerAlgorithms() throws Exception {
        Authenticator jwt = byUrl(server, "algorithms", "RS512,ES256");
        assertUser(jwt, rsa.sign("RS512", claims("alice", "")), "alice");
        assertRefused(jwt, rsa.sign("RS256", claims("alice", "")), Refusal.INVALID);
    }

    @Test
    void aSignatureByAnotherKeyOrOfAnotherTokenIsInvalid() throws Exception {
        TestKey ec = TestKey.ec("ec-1", "secp256r1");
        server.serve(TestKey.keySet(rsa, ec));
        Authenticator jwt = byUrl(server);
        assertRefused(jwt, TestKey.ec("ec-1", "secp256r1").sign("ES256", claims("alice", "")), Refusal.INVALID);
        String[] alice = rsa.sign("RS256", claims("alice", "")).split("\\.");
        String[] bob = rsa.sign("RS256", claims("bob", "")).split("\\.");
        assertRefused(jwt, alice[0] + "." + bob[1] + "." + alice[2], Refusal.INVALID);
        String[] signed = ec.sign("ES256", claims("alice", "")).split("\\.");
        String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
        assertRefused(jwt, signed[0] + "." + signed[1] + "." + zeros, Refusal.INVALID);
    }

    @Test
    void theWrongFormatIsToldApart() throws Exception {
        Authenticator jwt = byUrl(server);
        String good = rsa.sign("RS256", claims("alice", ""));
        String[] parts = good.split("\\.");
        for (String wrong : List.of(
                ".",
                "..",
                "...",
                "a.b",
                "a.b.c",
                "eyJ",
                good + ".",
                good + "." + parts[2],
                "." + parts[1] + "." + parts[2],
                parts[0] + ".." + parts[2],
                parts[0] + "." + parts[1],
                good + "\r\n",
                good.replace('.', ' ') + ".",
                "ey\0." + parts[1] + "." + parts[2],
                parts[0] + "é." + parts[1] + "." + parts[2],
                parts[0] + "=." + parts[1] + "." + parts[2],
                TestKey.encode("[]") + "." + parts[1] + "." + parts[2],
                TestKey.encode("{\"alg\":") + "." + parts[1] + "." + parts[2],
                TestKey.encode("{}") + "." + parts[1] + "." + parts[2],
                TestKey.encode("{\"alg\":7}") + "." + parts[1] + "." + parts[2],
                TestKey.encode("{\"alg\":\"RS256\",\"alg\":\"RS256\"}") + "." + parts[1] + "." + parts[2],
                TestKey.encode("{\"alg\":\"dir\",\"enc\":\"A256GCM\"}") + "..AAAA.AAAA.AAAA")) {
            assertRefused(jwt, wrong, Refusal.WRONG_FORMAT);
        }
    }

    @Test
    void aTokenThatLooksLikeNoJwtIsLeftToOthers() throws Exception {
        Authenticator jwt = byUrl(server);
        for (String other : List.of("", "elanus-0123456789abcdef", "\r\n", "a".repeat(1 << 20))) {
            assertThat(jwt.authenticate(new Credentials.Token(other))).isEmpty();
        }
    }

    @Test
    void issuerAudienceAndTimesAreChecked() throws Exception {
        Authenticator jwt = byUrl(server, "audience", "elanus,elanus-test", "leeway", "30s");
        String audience = ",\"aud\":[\"account\",\"elanus\"]";
        assertUser(jwt, rsa.sign("RS256", claims("alice", audience)), "alice");
        assertUser(jwt, rsa.sign("RS256", claims("alice", ",\"aud\":\"elanus-test\"")), "alice");

        for (String wrong : List.of("", ",\"aud\":\"other\"", ",\"aud\":[]", ",\"aud\":[\"Elanus\",\"elanu\"]")) {
            assertRefused(jwt, rsa.sign("RS256", claims("alice", wrong)), Refusal.WRONG_AUDIENCE);
        }
        for (String issuer : List.of("https://id.example.org/realms/other", ISSUER + "/", "")) {
            assertRefused(
                    jwt, rsa.sign("RS256", claims("alice", audience).replace(ISSUER, issuer)), Refusal.WRONG_ISSUER);
        }
        assertRefused(
                jwt,
                rsa.sign("RS256", "{\"sub\":\"alice\",\"exp\":" + (seconds() + 60) + audience + "}"),
                Refusal.WRONG_ISSUER);
        assertRefused(jwt, timed("exp", -60, audience), Refusal.EXPIRED);
        assertRefused(jwt, timed("nbf", 3600, ",\"exp\":" + (seconds() + 7200) + audience), Refusal.NOT_YET_VALID);
        assertRefused(jwt, timed("nbf", 0, audience), Refusal.INVALID);
    }

    @Test
    void clocksMayDifferByTheLeeway() throws Exception {
        Authenticator lax = byUrl(server, "leeway", "10m");
        assertUser(lax, timed("exp", -300, ""), "alice");
        assertUser(lax, timed("nbf", 300, ",\"exp\":" + (seconds() + 900)), "alice");
        Authenticator strict = byUrl(server, "leeway", "0s");
        assertRefused(strict, timed("exp", -2, ""), Refusal.EXPIRED);
    }

    @Test
    void theIdentityEndsWithTheToken() throws Exception {
        Authenticator jwt = byUrl(server, "leeway", "1m");
        long expiry = seconds() + 600;
        Identity identity =
                signIn(jwt, rsa.sign("RS256", "{\"iss\":\"" + ISSUER + "\",\"sub\":\"alice\",\"exp\":" + expiry + "}"));
        assertThat(identity.expiresAtMillis()).isEqualTo((expiry + 60) * 1000);
        Authenticator endless = byUrl(server, "require-expiry", "false");
        assertThat(signIn(endless, rsa.sign("RS256", "{\"iss\":\"" + ISSUER + "\",\"sub\":\"alice\"}"))
                        .expiresAtMillis())
                .isEqualTo(Identity.NEVER);
    }

    @Test
    void expiriesThatAreNoTimesAreRefused() throws Exception {
        Authenticator jwt = byUrl(server);
        for (String expiry : List.of(
                "\"soon\"", "true", "[]", "{}", "null", "-1", "-9223372036854775808", "1e400", "9".repeat(200))) {
            String token = rsa.sign("RS256", "{\"iss\":\"" + ISSUER + "\",\"sub\":\"alice\",\"exp\":" + expiry + "}");
            assertThatThrownBy(() -> signIn(jwt, token)).as(expiry).isInstanceOf(ElanusException.class);
        }
    }

    @Test
    void largeTokensAreNotLookedAt() throws Exception {
        Authenticator jwt = byUrl(server);
        String claims = IntStream.range(0, 10_000)
                .mapToObj(number -> ",\"claim" + number + "\":" + number)
                .collect(Collectors.joining());
        assertRefused(jwt, rsa.sign("RS256", claims("alice", claims)), Refusal.TOO_LARGE);
        assertRefused(jwt, "ey" + "a".repeat(10 << 20), Refusal.TOO_LARGE);
        assertRefused(jwt, ".".repeat(10 << 20), Refusal.TOO_LARGE);
    }

    @Test
    void manyClaimsAndDeepOnesAreRefusedHoweverWellSigned() throws Exception {
        Authenticator jwt = byUrl(server, "max-token-size", "1MiB");
        String many = IntStream.range(0, 10_000)
                .mapToObj(number -> ",\"claim" + number + "\":" + number)
                .collect(Collectors.joining());
        assertRefused(jwt, rsa.sign("RS256", claims("alice", many)), Refusal.INVALID);
        for (String deep : List.of(
                ",\"deep\":" + "[".repeat(1_000) + "]".repeat(1_000),
                ",\"deep\":" + "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000),
                ",\"deep\":" + "[".repeat(300_000))) {
            assertRefused(jwt, rsa.sign("RS256", claims("alice", deep)), Refusal.INVALID);
        }
        assertRefused(
                jwt,
                rsa.signWith(
                        "RS256",
                        "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"deep\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}",
                        claims("alice", "")),
                Refusal.WRONG_FORMAT);
        assertRefused(jwt, rsa.sign("RS256", claims("alice", ",\"sub\":\"bob\"")), Refusal.INVALID);
        assertRefused(jwt, rsa.sign("RS256", "no claims"), Refusal.INVALID);
    }

    @Test
    void headersThatChangeHowATokenIsReadAreRefused() throws Exception {
        Authenticator jwt = byUrl(server);
        for (String more : List.of(
                ",\"zip\":\"DEF\"",
                ",\"zip\":\"GZIP\"",
                ",\"crit\":[\"b64\"],\"b64\":false",
                ",\"crit\":[\"exp\"],\"exp\":1",
                ",\"cty\":\"text/plain\"")) {
            assertRefused(
                    jwt,
                    rsa.signWith("RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"" + more + "}", claims("alice", "")),
                    Refusal.INVALID);
        }
    }

    @Test
    void theKeyInATokenAndAddressesInItAreIgnored() throws Exception {
        try (KeyServer attacker = KeyServer.start("")) {
            TestKey own = TestKey.ec("own", "secp256r1");
            attacker.serve(TestKey.keySet(own));
            Authenticator jwt = byUrl(server);
            for (String more : List.of(
                    ",\"jku\":\"" + attacker.url() + "\"",
                    ",\"x5u\":\"" + attacker.url() + "\"",
                    ",\"jwk\":" + own.jwk(),
                    "")) {
                assertRefused(
                        jwt,
                        own.signWith("ES256", "{\"alg\":\"ES256\",\"kid\":\"own\"" + more + "}", claims("alice", "")),
                        Refusal.UNKNOWN_KEY);
                assertUser(
                        jwt,
                        rsa.signWith("RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"" + more + "}", claims("bob", "")),
                        "bob");
            }
            for (String kid : List.of(
                    attacker.url(),
                    "../../../../etc/passwd",
                    "file:///dev/null",
                    "/dev/zero",
                    "' or 1==1 --",
                    "rsa-1\\u0000",
                    "rsa-1\\r\\n",
                    "${jndi:ldap://127.0.0.1/a}",
                    "k".repeat(5_000))) {
                String token =
                        rsa.signWith("RS256", "{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}", claims("alice", ""));
                assertRefused(jwt, token, Refusal.UNKNOWN_KEY);
            }
            assertThat(attacker.requests()).isZero();
        }
    }

    @Test
    void claimsBecomeAUserWithRoles() throws Exception {
        Authenticator jwt = byUrl(
                server,
                "user-claim",
                "preferred_username",
                "roles-claim",
                "resource_access.elanus-app.roles",
                "roles-prefix",
                "elanus:",
                "user-prefix",
                "sso:");
        String token = rsa.sign("RS256", claims("ignored", """
                        ,"preferred_username":"Ålice O'Hara <a@example.org>","realm_access":{"roles":["admin"]},
                        "resource_access":{"elanus-app":{"roles":["elanus:reader","elanus:writer","offline_access","elanus:"]}}"""));
        assertThat(signIn(jwt, token).principal().name()).isEqualTo("sso:Ålice O'Hara <a@example.org>");
        assertThat(signIn(jwt, token).principal().roles()).containsExactlyInAnyOrder("reader", "writer");
    }

    @Test
    void theRolesClaimMayBeATextAndHaveDotsInItsName() throws Exception {
        Authenticator scopes = byUrl(server, "roles-claim", "scope");
        assertThat(signIn(scopes, rsa.sign("RS256", claims("alice", ",\"scope\":\"reader  writer,admin\"")))
                        .principal()
                        .roles())
                .containsExactlyInAnyOrder("reader", "writer", "admin");
        Authenticator url = byUrl(server, "roles-claim", "https://elanus.example.org/roles");
        assertThat(signIn(url, rsa.sign("RS256", claims("alice", ",\"https://elanus.example.org/roles\":[\"reader\"]")))
                        .principal()
                        .roles())
                .containsExactly("reader");
        assertThat(signIn(url, rsa.sign("RS256", claims("alice", "")))
                        .principal()
                        .roles())
                .isEmpty();
        for (String wrong : List.of("7", "{\"reader\":true}", "[[\"reader\"]]", "[\"reader\",null]", "[\"a\\nb\"]")) {
            assertRefused(scopes, rsa.sign("RS256", claims("alice", ",\"scope\":" + wrong)), Refusal.INVALID);
        }
    }

    @Test
    void namesThatAreNoneOrReservedAreRefused() throws Exception {
        Authenticator jwt = byUrl(server);
        for (String name : List.of(
                "", "  ", "root", "anonymous", "plugin:events", "apikey:1", "a\\u0000b", "a\\r\\nb", "a\\u202eb")) {
            assertRefused(jwt, rsa.sign("RS256", claims(name, "")), Refusal.INVALID);
        }
        assertRefused(jwt, rsa.sign("RS256", claims("a".repeat(256), "")), Refusal.INVALID);
        assertRefused(
                jwt,
                rsa.sign("RS256", "{\"iss\":\"" + ISSUER + "\",\"exp\":" + (seconds() + 60) + "}"),
                Refusal.INVALID);
        assertRefused(
                jwt,
                rsa.sign("RS256", "{\"iss\":\"" + ISSUER + "\",\"sub\":7,\"exp\":" + (seconds() + 60) + "}"),
                Refusal.INVALID);
    }

    private String timed(String claim, long inSeconds, String more) {
        return rsa.sign(
                "RS256",
                "{\"iss\":\"" + ISSUER + "\",\"sub\":\"alice\",\"" + claim + "\":" + (seconds() + inSeconds) + more
                        + "}");
    }
}
