package org.elanus.spi.auth;

/**
 * An API key that was just made. {@code toString} does not show the key.
 *
 * @param key the whole key; never to be seen again
 */
public record NewApiKey(ApiKeyInfo info, String key) {
    @Override
    public String toString() {
        return "NewApiKey[" + info + "]";
    }
}
