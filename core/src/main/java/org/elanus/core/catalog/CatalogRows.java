package org.elanus.core.catalog;

import java.util.List;
import org.elanus.spi.database.DatabaseInfo;
import org.jspecify.annotations.Nullable;

/** The rows of the catalog as they are held in memory: the decoded value and the revision that wrote it. */
final class CatalogRows {

    /** What is fixed when the cluster is created. */
    record ClusterRow(String clusterId, List<String> physicalChannels, long createdAt) {
        ClusterRow {
            physicalChannels = List.copyOf(physicalChannels);
        }
    }

    record DatabaseRow(DatabaseInfo info, byte[] value, long revision) {}

    /** What a name in a database stands for. */
    record NameRow(long collectionId, boolean alias, long revision) {
        NameRow(long collectionId, boolean alias) {
            this(collectionId, alias, 0);
        }

        NameRow at(long newRevision) {
            return new NameRow(collectionId, alias, newRevision);
        }
    }

    /** @param loadsNewPartitions the collection was loaded as a whole: a partition created later is loaded, too */
    record CollectionRow(CollectionEntry entry, boolean loadsNewPartitions, byte[] value, long revision) {}

    /** @param revision of the head */
    record ManifestRow(Manifest manifest, long revision) {}

    /** A row as the store has it; without a value it was deleted. */
    record StoredRow(String key, byte @Nullable [] value, long revision) {}

    private CatalogRows() {}
}
