package org.elanus.plugin.authjwt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.elanus.spi.io.Files;

/** TLS that trusts the certificates of a PEM file alone. */
final class TrustedCertificates {

    private static final long MOST_BYTES = 1 << 20;

    private TrustedCertificates() {}

    static SSLContext context(Files files, Path path) throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int number = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(FileContent.read(files, path, MOST_BYTES)))) {
                trusted.setCertificateEntry("trusted-" + number++, certificate);
            }
            if (number == 0) {
                throw new IOException("it has no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("its certificates cannot be used", e);
        }
    }
}
