package org.elanus.plugin.walpulsar;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.apache.pulsar.common.util.PulsarSslConfiguration;
import org.apache.pulsar.common.util.PulsarSslFactory;
import org.apache.pulsar.shade.io.netty.buffer.ByteBufAllocator;
import org.apache.pulsar.shade.io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS of Pulsar's client by the JDK alone. The client's own needs Bouncy Castle, which registers itself with the whole JVM.
 * Public, with a constructor without parameters, because the client makes it by its name. The PEM files are read again
 * from time to time, so that certificates may be replaced while the server runs.
 */
public final class JdkTls implements PulsarSslFactory {

    private @Nullable PulsarSettings settings;
    private volatile @Nullable SSLContext context;

    @Override
    public void initialize(PulsarSslConfiguration configuration) {
        settings = ((Credentials) configuration.getAuthData()).settings();
    }

    @Override
    public void createInternalSslContext() throws IOException, GeneralSecurityException {
        context = PemTls.context(configured());
    }

    @Override
    public SSLEngine createClientSslEngine(ByteBufAllocator buffers, String host, int port) {
        SSLEngine engine = getInternalSslContext().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        if (configured().config().tlsVerifyHostname()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    @Override
    public boolean needsUpdate() {
        return true;
    }

    @Override
    public SSLContext getInternalSslContext() {
        SSLContext made = context;
        if (made == null) {
            throw new IllegalStateException("TLS was not initialised");
        }
        return made;
    }

    private PulsarSettings configured() {
        PulsarSettings given = settings;
        if (given == null) {
            throw new IllegalStateException("TLS was not initialised");
        }
        return given;
    }

    @Override
    public SSLEngine createServerSslEngine(ByteBufAllocator buffers) {
        throw new UnsupportedOperationException("for clients only");
    }

    @Override
    public SslContext getInternalNettySslContext() {
        throw new UnsupportedOperationException("TLS is the JDK's");
    }

    @Override
    public void close() {}
}
