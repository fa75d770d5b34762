package org.elanus.plugin.authjwt;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;
import org.elanus.spi.config.Secret;

/** The configuration of the authenticator {@code jwt}. Nothing in a token adds to it. */
@Doc(
        "Signs callers in by JSON Web Tokens, when auth.authenticators names jwt. The keys come from exactly one of secret, "
                + "public-key, jwks-file and jwks-url.")
public record AuthJwtConfig(
        @Key("secret")
        @Doc(
                "The secret that tokens are signed with (HS256, HS384, HS512): at least 32 bytes as text, or 'base64:' and "
                        + "at least 32 bytes in base64.")
        @Secret
        Optional<String> secret,

        @Key("public-key") @Doc("A PEM file with the public key, or the certificate, of who signs tokens.")
        Optional<Path> publicKey,

        @Key("jwks-file") @Doc("A file with a JSON Web Key Set. Read again as refresh-interval says.")
        Optional<Path> jwksFile,

        @Key("jwks-url")
        @Doc(
                "Where the identity provider publishes its JSON Web Key Set. Goes with issuer. Only https, unless the host "
                        + "is this machine; redirects are not followed.")
        Optional<String> jwksUrl,

        @Key("jwks-trust-certificates")
        @Doc("The certificates (PEM) that the certificate of jwks-url must be signed with. The JDK's when not given.")
        Optional<Path> jwksTrustCertificates,

        @Key("algorithms")
        @Doc("The algorithms that are accepted. Each key is bound to those that it is made for, so that the default is "
                + "safe; fewer are stricter.")
        @Default("HS256,HS384,HS512,RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512,EdDSA")
        List<String> algorithms,

        @Key("issuer") @Doc("What the claim iss must be. Not looked at when not given.")
        Optional<String> issuer,

        @Key("audience")
        @Doc(
                "What the claim aud must be, or have among others; one of several when several are given. Not looked at when "
                        + "none is given.")
        @Default("")
        List<String> audience,

        @Key("leeway")
        @Doc("By how much the clocks of who signs tokens and of this server may differ, when a token expires or is not "
                + "valid before a time.")
        @Default("30s")
        @Range(min = "0s", max = "10m")
        Duration leeway,

        @Key("require-expiry") @Doc("Whether a token that never expires is refused.") @Default("true")
        boolean requireExpiry,

        @Key("user-claim") @Doc("The claim that names the user. Dots lead into nested objects.") @Default("sub")
        String userClaim,

        @Key("user-prefix")
        @Doc("What is put before the name, so that no name of the identity provider is that of a built-in user.")
        @Default("")
        String userPrefix,

        @Key("roles-claim")
        @Doc(
                "The claim that lists the user's roles, as an array or as a text with spaces or commas. Dots lead into nested "
                        + "objects, as in realm_access.roles.")
        @Default("roles")
        String rolesClaim,

        @Key("roles-prefix") @Doc("When given, only roles that begin with it are taken, without it.") @Default("")
        String rolesPrefix,

        @Key("max-token-size")
        @Doc("The largest token that is looked at.")
        @Default("16KiB")
        @Range(min = "512B", max = "1MiB")
        DataSize maxTokenSize,

        @Key("max-key-set-size")
        @Doc("The largest key set that is read.")
        @Default("256KiB")
        @Range(min = "1KiB", max = "16MiB")
        DataSize maxKeySetSize,

        @Key("fetch-timeout")
        @Doc("How long jwks-url may take to answer, all of it.")
        @Default("5s")
        @Range(min = "100ms", max = "20s")
        Duration fetchTimeout,

        @Key("refresh-interval")
        @Doc("How often the keys are read again. A key that is gone is not accepted from then on.")
        @Default("15m")
        @Range(min = "1s", max = "1d")
        Duration refreshInterval,

        @Key("retry-interval")
        @Doc("How often that is tried again after it failed.")
        @Default("10s")
        @Range(min = "100ms", max = "1h")
        Duration retryInterval,

        @Key("unknown-key-interval")
        @Doc("A token with an unknown key makes the keys be read at once, but not when they were read less than this "
                + "long ago.")
        @Default("30s")
        @Range(min = "100ms", max = "1d")
        Duration unknownKeyInterval,

        @Key("max-stale")
        @Doc("How long the last keys go on being accepted when they cannot be read again.")
        @Default("1d")
        @Range(min = "1s", max = "30d")
        Duration maxStale,

        @Key("require-keys-at-start")
        @Doc(
                "Whether the plugin fails to start when jwks-url does not answer. Otherwise it goes on asking, and no token "
                        + "is accepted until it has keys.")
        @Default("false")
        boolean requireKeysAtStart) {

    public AuthJwtConfig {
        algorithms = List.copyOf(algorithms);
        audience = audience.stream().filter(name -> !name.isBlank()).toList();
        long sources = List.of(secret, publicKey, jwksFile, jwksUrl).stream()
                .filter(Optional::isPresent)
                .count();
        require(sources <= 1, "secret, public-key, jwks-file and jwks-url exclude each other: give one of them");
        require(!algorithms.isEmpty(), "algorithms must name at least one of " + Algorithm.ids());
        for (String name : algorithms) {
            require(Algorithm.of(name).isPresent(), "algorithms names '" + name + "'; accepted are " + Algorithm.ids());
        }
        jwksUrl.ifPresent(AuthJwtConfig::requireSafe);
        require(
                jwksUrl.isEmpty() || issuer.isPresent(),
                "jwks-url goes with issuer, since one key set often serves many issuers");
        require(jwksTrustCertificates.isEmpty() || jwksUrl.isPresent(), "jwks-trust-certificates goes with jwks-url");
        require(!userClaim.isBlank() && !rolesClaim.isBlank(), "user-claim and roles-claim must name a claim");
        require(maxStale.compareTo(refreshInterval) >= 0, "max-stale must be at least refresh-interval");
    }

    /** Who can change what the key set says can sign in as anybody. */
    private static void requireSafe(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("jwks-url is no address", e);
        }
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        require(
                !host.isEmpty() && uri.getRawUserInfo() == null && uri.getRawFragment() == null,
                "jwks-url must be https://host/path, without a user and a fragment");
        boolean here = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
        require(
                "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()) && here,
                "jwks-url must begin with https://, unless the host is this machine");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Whether there is anything to check a token with. */
    boolean hasKeys() {
        return secret.isPresent() || publicKey.isPresent() || jwksFile.isPresent() || jwksUrl.isPresent();
    }

    Set<Algorithm> accepted() {
        EnumSet<Algorithm> accepted = EnumSet.noneOf(Algorithm.class);
        algorithms.forEach(name -> Algorithm.of(name).ifPresent(accepted::add));
        return accepted;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "AuthJwtConfig[issuer=" + issuer.orElse("") + ", audience=" + audience + "]";
    }
}
