package org.elanus.core.query;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.query.filter.CompiledFilter;
import org.elanus.core.segment.KeyRouting;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.Column;
import org.elanus.spi.error.ElanusException;

/** What a filter on the partition key spares: rows lie in the partition that their key is routed to. */
final class KeyPartitions {

    private KeyPartitions() {}

    /** The views, out of the wanted ones, that can hold rows that pass. */
    static List<Integer> prune(
            CollectionEntry collection, CompiledFilter filter, List<Integer> wanted, List<SegmentView> views) {
        Column keys = filter.partitionKeys();
        int partitions = collection.partitions().size();
        if (keys == null || keys.rows() >= partitions) {
            return wanted;
        }
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < keys.rows(); i++) {
            ids.add(collection
                    .partitions()
                    .get(KeyRouting.of(keys, i, partitions))
                    .id());
        }
        return wanted.stream()
                .filter(view -> ids.contains(views.get(view).partitionId()))
                .toList();
    }

    /** @throws ElanusException INVALID_ARGUMENT when keys are isolated and the filter does not name exactly one */
    static void requireOneKey(CollectionEntry collection, CompiledFilter filter) {
        if (!collection.isolatesPartitionKeys()) {
            return;
        }
        Column keys = filter.partitionKeys();
        if (keys == null || keys.rows() > 1) {
            throw ElanusException.invalid(
                    "partition key not found in expr or the expr is invalid when validating partition key isolation:"
                            + " collection '%s' isolates its partition keys, so a search needs a filter '%s == ...' with"
                            + " exactly one key",
                    collection.info().name(),
                    collection.info().schema().partitionKey().orElseThrow().name());
        }
    }
}
