package org.elanus.testkit.auth.example;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.database.Principal;
import org.elanus.testkit.StartedPlugin;
import org.elanus.testkit.auth.AuthenticatorConformance;
import org.elanus.testkit.auth.AuthenticatorSubject;
import org.junit.jupiter.api.io.TempDir;

/** Certifies the authenticator {@code key-file}. */
class KeyFileAuthenticatorTest extends AuthenticatorConformance {

    private static final String KEY = "kf-8b0d6c1f5e7a49d2b3c4";

    @TempDir
    Path directory;

    @Override
    protected AuthenticatorSubject subject() throws Exception {
        Path file = Files.writeString(
                directory.resolve("keys"), "alice reader,writer " + KeyFileAuthenticator.hash(KEY) + "\n");
        StartedPlugin plugin = StartedPlugin.start(
                new KeyFilePlugin(), directory, Map.of("plugins.auth-key-file.file", file.toString()));
        return AuthenticatorSubject.of(plugin.authenticator())
                .accepts(new Credentials.Token(KEY), new Principal("alice", Set.of("reader", "writer")))
                .refuses("unknown", new Credentials.Token("kf-0"))
                .refuses("unknown", new Credentials.Token("kf-8b0d6c1f5e7a49d2b3c5"));
    }
}
