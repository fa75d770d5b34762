package org.elanus.plugin.authjwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.auth.Authenticator;
import org.elanus.spi.auth.Credentials;
import org.elanus.spi.auth.Identity;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.testkit.StartedPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Started plugins and key servers, which end with the test. */
abstract class JwtTestBase {

    static final String ISSUER = "https://id.example.org/realms/elanus";

    @TempDir
    Path directory;

    final ShiftedClock clock = new ShiftedClock();
    private final List<AutoCloseable> open = new ArrayList<>();
    AuthJwtPlugin plugin;

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    <T extends AutoCloseable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    /** @param settings keys without {@code plugins.auth-jwt.}, and values, in turn */
    Authenticator authenticator(String... settings) throws Exception {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            all.put("plugins.auth-jwt." + settings[i], settings[i + 1]);
        }
        Seams system = Seams.system();
        plugin = new AuthJwtPlugin();
        return keep(StartedPlugin.start(
                        plugin,
                        new Seams(system.files(), clock, system.threads(), system.randomness()),
                        directory,
                        all,
                        new HashMap<>()))
                .authenticator();
    }

    Authenticator byUrl(KeyServer server, String... settings) throws Exception {
        List<String> all = new ArrayList<>(List.of("jwks-url", server.url(), "issuer", ISSUER));
        all.addAll(List.of(settings));
        return authenticator(all.toArray(String[]::new));
    }

    String file(String name, String content) throws Exception {
        return Files.writeString(directory.resolve(name), content, StandardCharsets.UTF_8)
                .toString();
    }

    /** Claims that are accepted, of this user, with more of them as {@code ,"name":value}. */
    String claims(String user, String more) {
        return "{\"iss\":\"" + ISSUER + "\",\"sub\":\"" + user + "\",\"exp\":" + (seconds() + 3600) + more + "}";
    }

    long seconds() {
        return clock.millis() / 1000;
    }

    static Identity signIn(Authenticator authenticator, String token) {
        return authenticator.authenticate(new Credentials.Token(token)).orElseThrow();
    }

    static void assertUser(Authenticator authenticator, String token, String user) {
        assertThat(signIn(authenticator, token).principal().name()).isEqualTo(user);
    }

    static void assertRefused(Authenticator authenticator, String token, Refusal refusal) {
        Throwable thrown = catchThrowable(() -> authenticator.authenticate(new Credentials.Token(token)));
        assertThat(thrown).as("%.200s", token).isInstanceOfSatisfying(ElanusException.class, e -> {
            assertThat(e).hasMessageStartingWith(refusal.sentence());
            assertThat(e.code())
                    .isEqualTo(
                            refusal == Refusal.NO_KEYS
                                    ? StandardErrorCode.NOT_READY
                                    : StandardErrorCode.UNAUTHENTICATED);
        });
    }
}
