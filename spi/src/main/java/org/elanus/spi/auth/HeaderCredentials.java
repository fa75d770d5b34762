package org.elanus.spi.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads credentials from headers, the same way on every port. No other header tells who calls. */
public final class HeaderCredentials {

    private HeaderCredentials() {}

    /**
     * What the headers show:
     *
     * <ul>
     *   <li>{@code Bearer user:password} or {@code Bearer token}
     *   <li>{@code Basic} and the base64 of {@code user:password}
     *   <li>the base64 of {@code user:password} or of a token, as Milvus clients send it over gRPC
     *   <li>any other text: a token
     * </ul>
     *
     * @param authorization the header {@code authorization}; null or empty when there is none
     * @param apiKey the header {@code x-api-key}, a token; looked at when there is no {@code authorization}
     */
    public static Credentials of(@Nullable String authorization, @Nullable String apiKey) {
        String given = authorization == null ? "" : authorization.strip();
        if (given.isEmpty()) {
            String key = apiKey == null ? "" : apiKey.strip();
            return key.isEmpty() ? Credentials.NONE : new Credentials.Token(key);
        }
        int space = given.indexOf(' ');
        String scheme = space < 0 ? "" : given.substring(0, space).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "bearer" -> plain(given.substring(space + 1).strip());
            case "basic" -> encoded(given.substring(space + 1).strip());
            default -> encoded(given);
        };
    }

    private static Credentials plain(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? new Credentials.Token(text)
                : new Credentials.Password(text.substring(0, colon), text.substring(colon + 1));
    }

    private static Credentials encoded(String text) {
        String decoded = decoded(text);
        return decoded == null ? new Credentials.Token(text) : plain(decoded);
    }

    /** Null when it is no base64 of a text. */
    private static @Nullable String decoded(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return null;
        }
    }
}
