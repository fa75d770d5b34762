package org.elanus.plugin.wallocal;

import java.nio.file.Path;

/** A file of a channel and the header it begins with. */
record LogFile(Path path, FileHeader header) {

    long number() {
        return header.number();
    }

    /** Whether both are one and the same file, and not one that took the other's name. */
    boolean isSame(LogFile other) {
        return header.number() == other.header.number() && header.salt() == other.header.salt();
    }
}
