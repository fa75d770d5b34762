package org.elanus.testkit.auth.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/authenticator.md shows what {@link KeyFileAuthenticatorTest} certifies, without packages and imports. */
class AuthenticatorPageTest {

    private static final Path SOURCES = Path.of("src/test/java/org/elanus/testkit/auth/example");

    @Test
    void pageShowsTheCodeThatIsTested() throws IOException {
        String page = Files.readString(Path.of("../docs/authenticator.md"));
        for (String type :
                List.of("KeyFileConfig", "KeyFilePlugin", "KeyFileAuthenticator", "KeyFileAuthenticatorTest")) {
            String source = Files.readString(SOURCES.resolve(type + ".java"));
            String shown = source.substring(source.indexOf("/**"));
            assertThat(page)
                    .as("docs/authenticator.md shows %s.java as it is", type)
                    .contains("```java\n" + shown + "```");
        }
    }
}
