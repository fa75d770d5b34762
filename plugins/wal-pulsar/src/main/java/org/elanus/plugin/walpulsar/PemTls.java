package org.elanus.plugin.walpulsar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.elanus.spi.io.Files;
import org.jspecify.annotations.Nullable;

/** TLS for the brokers' administration, from the same PEM files that Pulsar's client reads itself. */
final class PemTls {

    private PemTls() {}

    static SSLContext context(PulsarSettings settings) throws IOException, GeneralSecurityException {
        WalPulsarConfig config = settings.config();
        TrustManager @Nullable [] trust = null;
        if (config.tlsTrustCertificates().isPresent()) {
            KeyStore trusted = empty();
            int number = 0;
            for (Certificate certificate :
                    certificates(settings.files(), config.tlsTrustCertificates().get())) {
                trusted.setCertificateEntry("trusted-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            trust = factory.getTrustManagers();
        }
        KeyManager @Nullable [] keys = null;
        if (config.tlsCertificate().isPresent() && config.tlsKey().isPresent()) {
            KeyStore own = empty();
            own.setKeyEntry(
                    "own",
                    privateKey(settings.files(), config.tlsKey().get()),
                    new char[0],
                    certificates(settings.files(), config.tlsCertificate().get())
                            .toArray(Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(own, new char[0]);
            keys = factory.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context;
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Files files, Path path)
            throws IOException, GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(read(files, path)));
    }

    private static PrivateKey privateKey(Files files, Path path) throws IOException, GeneralSecurityException {
        String pem = new String(read(files, path), StandardCharsets.US_ASCII);
        byte[] encoded = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException _) {
                // another kind of key
            }
        }
        throw new InvalidKeySpecException("plugins.wal-pulsar.tls-key is not an RSA, EC or EdDSA key in PKCS #8 form");
    }

    private static byte[] read(Files files, Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            return files.map(path, arena).toArray(ValueLayout.JAVA_BYTE);
        }
    }
}
