package org.elanus.plugin.walpulsar;

import java.util.Map;
import org.apache.pulsar.client.api.Authentication;
import org.apache.pulsar.client.api.AuthenticationDataProvider;

/**
 * Who the client is, as configured: a token, the certificate of its TLS connections, or nobody. Hands the settings on to
 * {@link JdkTls}, which the client makes by its name.
 */
final class Credentials implements Authentication, AuthenticationDataProvider {

    private final transient PulsarSettings settings;

    Credentials(PulsarSettings settings) {
        this.settings = settings;
    }

    PulsarSettings settings() {
        return settings;
    }

    @Override
    public String getAuthMethodName() {
        if (settings.config().token().isPresent()) {
            return "token";
        }
        return settings.config().tlsCertificate().isPresent() ? "tls" : "none";
    }

    @Override
    public AuthenticationDataProvider getAuthData(String broker) {
        return this;
    }

    @Override
    public boolean hasDataFromCommand() {
        return settings.config().token().isPresent();
    }

    @Override
    public String getCommandData() {
        return settings.config().token().orElse("");
    }

    // Configured already.
    @Override
    @Deprecated
    public void configure(Map<String, String> parameters) {}

    @Override
    public void start() {}

    @Override
    public void close() {}
}
