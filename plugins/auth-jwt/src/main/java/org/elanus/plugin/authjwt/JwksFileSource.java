package org.elanus.plugin.authjwt;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.elanus.spi.io.Files;

/** A key set in a file. Nobody else reads it, so that it may hold shared keys. */
final class JwksFileSource implements KeySource {

    private final Files files;
    private final Path path;
    private final long mostBytes;
    private final KeySetDocument document;

    JwksFileSource(Files files, Path path, long mostBytes, Set<Algorithm> allowed) {
        this.files = files;
        this.path = path;
        this.mostBytes = mostBytes;
        this.document = new KeySetDocument(allowed, true);
    }

    @Override
    public KeySet load() throws IOException {
        return document.read(FileContent.read(files, path, mostBytes));
    }

    @Override
    public boolean changes() {
        return true;
    }

    @Override
    public String description() {
        return "plugins.auth-jwt.jwks-file (" + path + ")";
    }
}
