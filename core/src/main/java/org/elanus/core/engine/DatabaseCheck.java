package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.catalog.Checkpoint;
import org.elanus.core.catalog.CollectionEntry;
import org.elanus.core.catalog.Manifest;
import org.elanus.core.catalog.SegmentEntry;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.log.LogCheck;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.Seams;
import org.elanus.core.segment.SegmentCheck;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;

/** The offline check of a whole database. Changes nothing. */
final class DatabaseCheck {

    private final MetadataStore metadata;
    private final ObjectStore objects;
    private final WalOpener log;
    private final WalCapabilities logCapabilities;
    private final IndexTypes types;
    private final Seams seams;
    private final Consumer<String> progress;
    private final List<String> findings = new ArrayList<>();

    DatabaseCheck(
            MetadataStore metadata,
            ObjectStore objects,
            WalOpener log,
            WalCapabilities logCapabilities,
            IndexTypes types,
            Seams seams,
            Consumer<String> progress) {
        this.metadata = metadata;
        this.objects = objects;
        this.log = log;
        this.logCapabilities = logCapabilities;
        this.types = types;
        this.seams = seams;
        this.progress = progress;
    }

    List<String> run() {
        try (Catalog catalog = Catalog.open(metadata, new HybridClock(seams.clock()), seams.randomness(), 1)) {
            for (CollectionEntry collection : catalog.all()) {
                checkCollection(collection, catalog.manifest(collection.id()));
            }
            for (String channel : catalog.physicalChannels()) {
                progress.accept("log channel " + channel);
                long committed = catalog.all().stream()
                        .map(collection ->
                                catalog.manifest(collection.id()).checkpoints().get(channel))
                        .filter(Objects::nonNull)
                        .mapToLong(Checkpoint::sequence)
                        .max()
                        .orElse(0);
                findings.addAll(LogCheck.check(
                        log,
                        logCapabilities,
                        channel,
                        catalog.clusterId(),
                        catalog.channelNotes(channel),
                        committed));
            }
        } catch (ElanusException e) {
            findings.add("metadata: " + e.getMessage());
        }
        return List.copyOf(findings);
    }

    private void checkCollection(CollectionEntry collection, Manifest manifest) {
        String name = collection.info().database() + "." + collection.info().name();
        progress.accept("collection " + name + ": " + manifest.segments().size() + " segments");
        Set<Long> partitions = new HashSet<>();
        for (PartitionInfo partition : collection.partitions()) {
            partitions.add(partition.id());
        }
        for (SegmentEntry segment : manifest.segments()) {
            String where = "collection " + name + ", segment " + segment.id();
            if (!partitions.contains(segment.partitionId())) {
                findings.add(where + " belongs to partition " + segment.partitionId() + ", which does not exist");
            }
            if (segment.shard() < 0 || segment.shard() >= collection.info().shards()) {
                findings.add(where + " belongs to shard " + segment.shard() + " of "
                        + collection.info().shards());
            }
            try {
                SegmentCheck.check(objects, segment, collection.info().schema(), collection.indexes(), types)
                        .forEach(finding -> findings.add(where + ": " + finding.key()
                                + (finding.position() < 0 ? "" : " at byte " + finding.position()) + ": "
                                + finding.problem()));
            } catch (ElanusException e) {
                findings.add(where + ": " + e.getMessage());
            }
        }
    }
}
