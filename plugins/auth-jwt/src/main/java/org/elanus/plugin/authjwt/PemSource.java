package org.elanus.plugin.authjwt;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.elanus.spi.io.Files;

/** A PEM file with one public key or one certificate. */
final class PemSource implements KeySource {

    private static final long MOST_BYTES = 64 << 10;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private final Files files;
    private final Path path;
    private final Set<Algorithm> allowed;

    PemSource(Files files, Path path, Set<Algorithm> allowed) {
        this.files = files;
        this.path = path;
        this.allowed = EnumSet.copyOf(allowed);
    }

    @Override
    public KeySet load() throws IOException {
        String pem = new String(FileContent.read(files, path, MOST_BYTES), StandardCharsets.US_ASCII);
        Matcher block = BLOCK.matcher(pem);
        if (!block.find()) {
            throw new IOException("it has no PEM block; expected is 'PUBLIC KEY' or 'CERTIFICATE'");
        }
        PublicKey key = key(block.group(1), Base64.getMimeDecoder().decode(block.group(2)));
        if (block.find()) {
            throw new IOException("it has several PEM blocks; for several keys use a key set (jwks-file)");
        }
        Set<Algorithm> algorithms = EnumSet.copyOf(allowed);
        algorithms.retainAll(Algorithm.of(key));
        if (algorithms.isEmpty()) {
            throw new IOException("its key (" + key.getAlgorithm() + ") is too weak or for no accepted algorithm");
        }
        return new KeySet(List.of(new VerificationKey(Optional.empty(), key, algorithms)));
    }

    private static PublicKey key(String kind, byte[] encoded) throws IOException {
        try {
            if (kind.equals("CERTIFICATE")) {
                return CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(encoded))
                        .getPublicKey();
            }
            if (!kind.equals("PUBLIC KEY")) {
                throw new IOException("it holds a block '" + kind + "'; expected is 'PUBLIC KEY' or 'CERTIFICATE'"
                        + (kind.contains("PRIVATE") ? ", and the private key should not be on this machine" : ""));
            }
            for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
                } catch (InvalidKeySpecException _) {
                    // another kind of key
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("its " + kind + " cannot be read", e);
        }
        throw new IOException("its key is not an RSA, EC or EdDSA key");
    }

    @Override
    public boolean changes() {
        return true;
    }

    @Override
    public String description() {
        return "plugins.auth-jwt.public-key (" + path + ")";
    }
}
