package org.elanus.testkit.auth.example;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.PluginContext;

/** Contributes the authenticator {@code key-file}. */
public final class KeyFilePlugin implements ElanusPlugin {

    private final KeyFileAuthenticator authenticator = new KeyFileAuthenticator();

    @Override
    public void register(Contributions contributions) {
        contributions.configuration(KeyFileConfig.class);
        contributions.authenticator(authenticator);
    }

    @Override
    public void start(PluginContext context) {
        // Installed is not chosen: without a file the plugin runs, and auth.authenticators cannot name it.
        context.configuration(KeyFileConfig.class).file().ifPresent(file -> authenticator.use(read(context, file)));
    }

    private static Map<String, Principal> read(PluginContext context, Path file) {
        Map<String, Principal> callers = new HashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = context.files().map(file, arena).toArray(ValueLayout.JAVA_BYTE);
            new String(bytes, StandardCharsets.UTF_8).lines().forEach(line -> {
                String[] parts = line.split(" ");
                callers.put(parts[2], new Principal(parts[0], Set.of(parts[1].split(","))));
            });
            return callers;
        } catch (IOException | RuntimeException e) {
            throw new ElanusException(
                    StandardErrorCode.CONFIGURATION_INVALID, "the file of keys " + file + " cannot be read", e);
        }
    }
}
