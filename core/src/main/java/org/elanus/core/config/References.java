package org.elanus.core.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.elanus.spi.io.Files;
import org.elanus.spi.io.ReadableFile;

/** Replaces {@code ${env:NAME}} and {@code ${file:PATH}} in values. {@code $${} stands for a plain {@code ${}. */
final class References {

    /** Enough for any file that holds a secret or a configuration; a larger one is a mistake. */
    static final int MAX_FILE_BYTES = 1 << 20;

    private final Files files;
    private final Map<String, String> environment;
    private final Path directory;

    /** @param directory where relative paths of {@code file} references begin */
    References(Files files, Map<String, String> environment, Path directory) {
        this.files = files;
        this.environment = environment;
        this.directory = directory;
    }

    static boolean present(String text) {
        return text.contains("${");
    }

    /**
     * The text with its references replaced.
     *
     * @throws IllegalArgumentException saying what cannot be resolved
     */
    String resolve(String text) {
        StringBuilder resolved = new StringBuilder();
        int position = 0;
        while (true) {
            int start = text.indexOf("${", position);
            if (start < 0) {
                return resolved.append(text, position, text.length()).toString();
            }
            if (start > position && text.charAt(start - 1) == '$') {
                resolved.append(text, position, start - 1).append("${");
                position = start + 2;
                continue;
            }
            int end = text.indexOf('}', start);
            if (end < 0) {
                throw new IllegalArgumentException("'${' has no closing '}'; write $${ for a plain ${");
            }
            resolved.append(text, position, start).append(lookUp(text.substring(start + 2, end)));
            position = end + 1;
        }
    }

    private String lookUp(String reference) {
        if (reference.startsWith("env:")) {
            String name = reference.substring("env:".length());
            String value = environment.get(name);
            if (value == null) {
                throw new IllegalArgumentException("${" + reference + "}: the environment variable is not set");
            }
            return value;
        }
        if (reference.startsWith("file:")) {
            try {
                return readText(files, directory.resolve(reference.substring("file:".length())))
                        .stripTrailing();
            } catch (IOException | InvalidPathException e) {
                throw new IllegalArgumentException("${" + reference + "}: " + e.getMessage(), e);
            }
        }
        throw new IllegalArgumentException(
                "${" + reference + "} is not a reference; known are ${env:NAME} and ${file:PATH}");
    }

    static String readText(Files files, Path path) throws IOException {
        if (!files.exists(path)) {
            throw new IOException("the file " + path + " does not exist");
        }
        try (ReadableFile file = files.read(path)) {
            if (file.size() > MAX_FILE_BYTES) {
                throw new IOException(
                        "the file " + path + " has " + file.size() + " bytes; at most " + MAX_FILE_BYTES + " are read");
            }
            ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(buffer, 0);
            return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
        }
    }
}
