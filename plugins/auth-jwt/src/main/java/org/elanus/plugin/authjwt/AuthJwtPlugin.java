package org.elanus.plugin.authjwt;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.plugin.PluginContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Contributes the authenticator {@code jwt}. */
public final class AuthJwtPlugin implements ElanusPlugin {

    private static final Logger log = LoggerFactory.getLogger(AuthJwtPlugin.class);

    private final JwtAuthenticator authenticator = new JwtAuthenticator();
    private volatile @Nullable KeyCache keys;

    @Override
    public void register(Contributions contributions) {
        contributions.configuration(AuthJwtConfig.class);
        contributions.authenticator(authenticator);
    }

    @Override
    public void start(PluginContext context) {
        AuthJwtConfig config = context.configuration(AuthJwtConfig.class);
        if (!config.hasKeys()) {
            return;
        }
        KeyCache cache = new KeyCache(source(config, context), config, context.clock());
        keys = cache;
        cache.start(context.threads(), config.jwksUrl().isPresent() && !config.requireKeysAtStart());
        if (config.audience().isEmpty()) {
            log.warn(
                    "plugins.auth-jwt.audience is not set: tokens that were made for other services are accepted, too");
        }
        authenticator.start(new TokenVerifier(config, cache, context.clock()));
    }

    @Override
    public Health health() {
        KeyCache started = keys;
        return started == null ? Health.healthy() : started.health();
    }

    @Override
    public void stop() {
        KeyCache started = keys;
        if (started != null) {
            started.close();
        }
    }

    private static KeySource source(AuthJwtConfig config, PluginContext context) {
        Set<Algorithm> accepted = config.accepted();
        if (config.secret().isPresent()) {
            return new SecretSource(config.secret().get(), accepted);
        }
        if (config.publicKey().isPresent()) {
            return new PemSource(context.files(), config.publicKey().get(), accepted);
        }
        if (config.jwksFile().isPresent()) {
            return new JwksFileSource(
                    context.files(),
                    config.jwksFile().get(),
                    config.maxKeySetSize().bytes(),
                    accepted);
        }
        try {
            Optional<SSLContext> trust = config.jwksTrustCertificates().isPresent()
                    ? Optional.of(TrustedCertificates.context(
                            context.files(), config.jwksTrustCertificates().get()))
                    : Optional.empty();
            return new JwksUrlSource(
                    config, URI.create(config.jwksUrl().orElseThrow()), trust, context.clock(), accepted);
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID,
                    "plugins.auth-jwt.jwks-trust-certificates cannot be read: " + e.getMessage(),
                    e);
        }
    }
}
