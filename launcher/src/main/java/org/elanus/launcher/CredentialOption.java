package org.elanus.launcher;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom a command calls the management port as. */
final class CredentialOption {

    private static final int LONGEST_CREDENTIAL = 64 << 10;

    @Option(
            names = "--credential-file",
            paramLabel = "FILE",
            description = "Holds user:password, an API key or a token to sign in with, where the server asks for one."
                    + " A file, because others see what stands on a command line.")
    private @Nullable Path file;

    /** Puts the credential into the request, when there is one. @throws ElanusException INVALID_ARGUMENT naming the file */
    void signIn(HttpRequest.Builder request) {
        Path given = file;
        if (given == null) {
            return;
        }
        try (var stream = Files.newInputStream(given)) {
            String text = new String(stream.readNBytes(LONGEST_CREDENTIAL), StandardCharsets.UTF_8).strip();
            if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ' || c > '~')) {
                throw ElanusException.invalid("%s holds no credential: write one line of ASCII", given);
            }
            request.header("Authorization", "Bearer " + text);
        } catch (IOException e) {
            throw new ElanusException(StandardErrorCode.INVALID_ARGUMENT, given + " cannot be read: " + e, e);
        }
    }

    /** What to do about an answer, to be put behind its text. */
    static String hint(int status) {
        return status == 401 ? "; name a file with your credential by --credential-file" : "";
    }
}
