package org.elanus.testkit.auth.example;

import java.nio.file.Path;
import java.util.Optional;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;

/** The settings of the example. */
@Doc("Signs callers in by keys from a file.")
public record KeyFileConfig(
        @Key("file") @Doc("Lines with a user, roles with commas between them, and the SHA-256 of a key in hexadecimal.")
        Optional<Path> file) {}
