package org.elanus.core.index;

import java.util.List;

/** The files of an index that was built, in order of name. */
public record BuiltIndex(String type, int formatVersion, List<BuiltFile> files) {

    /** One object. @param checksum CRC32C of all bytes */
    public record BuiltFile(String name, String key, long bytes, int checksum) {}

    public BuiltIndex {
        files = List.copyOf(files);
    }
}
