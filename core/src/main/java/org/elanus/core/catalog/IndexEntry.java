package org.elanus.core.catalog;

import java.util.List;

/**
 * An index that was built over one segment.
 *
 * @param indexId the definition's id
 * @param type the index type's name, part of the data
 * @param formatVersion of the files
 */
public record IndexEntry(long indexId, String type, int formatVersion, List<IndexFile> files) {

    /** A file of an index: the name its type knows, and the object. @param checksum CRC32C of all bytes */
    public record IndexFile(String name, String key, long bytes, int checksum) {}

    public IndexEntry {
        files = List.copyOf(files);
    }
}
