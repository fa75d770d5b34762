package org.elanus.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.MessageId;
import org.jspecify.annotations.Nullable;

/** The values of a manifest: a head with version and checkpoints, and one value per segment. */
final class ManifestFormat {

    /** A manifest without its segments. */
    record Head(long version, Map<String, Checkpoint> checkpoints) {}

    private ManifestFormat() {}

    static byte[] head(Head head) {
        ObjectNode json = CatalogFormat.value();
        json.put("version", head.version());
        ObjectNode checkpoints = json.putObject("checkpoints");
        new TreeMap<>(head.checkpoints()).forEach((channel, checkpoint) -> {
            ObjectNode item = checkpoints.putObject(channel);
            item.put("wal", checkpoint.position().walName());
            item.put(
                    "position",
                    Base64.getEncoder().encodeToString(checkpoint.position().bytes()));
            item.put("sequence", checkpoint.sequence());
            item.put("timestamp", checkpoint.timestamp());
        });
        return CatalogFormat.bytes(json);
    }

    static Head head(String key, byte[] value) {
        JsonNode json = CatalogFormat.parse(key, value);
        Map<String, Checkpoint> checkpoints = new HashMap<>();
        json.path("checkpoints")
                .forEachEntry((channel, item) -> checkpoints.put(
                        channel,
                        new Checkpoint(
                                new MessageId(CatalogFormat.text(key, item, "wal"), position(key, item)),
                                CatalogFormat.number(key, item, "sequence"),
                                CatalogFormat.number(key, item, "timestamp"))));
        return new Head(CatalogFormat.number(key, json, "version"), checkpoints);
    }

    static byte[] segment(SegmentEntry segment) {
        ObjectNode json = CatalogFormat.value();
        json.put("id", segment.id());
        json.put("partition", segment.partitionId());
        json.put("shard", segment.shard());
        json.put("rows", segment.rows());
        json.put("minTimestamp", segment.minTimestamp());
        json.put("maxTimestamp", segment.maxTimestamp());
        json.put("dataKey", segment.dataKey());
        json.put("dataBytes", segment.dataBytes());
        json.put("dataChecksum", segment.dataChecksum());
        DeletesEntry deletes = segment.deletes();
        if (deletes != null) {
            ObjectNode item = json.putObject("deletes");
            item.put("key", deletes.key());
            item.put("bytes", deletes.bytes());
            item.put("checksum", deletes.checksum());
            item.put("count", deletes.count());
            item.put("maxTimestamp", deletes.maxTimestamp());
        }
        ArrayNode indexes = json.putArray("indexes");
        for (IndexEntry index : segment.indexes()) {
            ObjectNode item = indexes.addObject();
            item.put("index", index.indexId());
            item.put("type", index.type());
            item.put("formatVersion", index.formatVersion());
            ArrayNode files = item.putArray("files");
            for (IndexEntry.IndexFile file : index.files()) {
                files.addObject()
                        .put("name", file.name())
                        .put("key", file.key())
                        .put("bytes", file.bytes())
                        .put("checksum", file.checksum());
            }
        }
        return CatalogFormat.bytes(json);
    }

    static SegmentEntry segment(String key, byte[] value) {
        JsonNode json = CatalogFormat.parse(key, value);
        List<IndexEntry> indexes = new ArrayList<>();
        for (JsonNode item : CatalogFormat.array(key, json, "indexes")) {
            List<IndexEntry.IndexFile> files = new ArrayList<>();
            for (JsonNode file : CatalogFormat.array(key, item, "files")) {
                files.add(new IndexEntry.IndexFile(
                        CatalogFormat.text(key, file, "name"), CatalogFormat.text(key, file, "key"),
                        CatalogFormat.number(key, file, "bytes"), integer(key, file, "checksum")));
            }
            indexes.add(new IndexEntry(
                    CatalogFormat.number(key, item, "index"),
                    CatalogFormat.text(key, item, "type"),
                    integer(key, item, "formatVersion"),
                    files));
        }
        return new SegmentEntry(
                CatalogFormat.number(key, json, "id"),
                CatalogFormat.number(key, json, "partition"),
                integer(key, json, "shard"),
                integer(key, json, "rows"),
                CatalogFormat.number(key, json, "minTimestamp"),
                CatalogFormat.number(key, json, "maxTimestamp"),
                CatalogFormat.text(key, json, "dataKey"),
                CatalogFormat.number(key, json, "dataBytes"),
                integer(key, json, "dataChecksum"),
                deletes(key, json.get("deletes")),
                indexes);
    }

    private static @Nullable DeletesEntry deletes(String key, @Nullable JsonNode json) {
        if (json == null) {
            return null;
        }
        return new DeletesEntry(
                CatalogFormat.text(key, json, "key"),
                CatalogFormat.number(key, json, "bytes"),
                integer(key, json, "checksum"),
                integer(key, json, "count"),
                CatalogFormat.number(key, json, "maxTimestamp"));
    }

    private static byte[] position(String key, JsonNode json) {
        try {
            return Base64.getDecoder().decode(CatalogFormat.text(key, json, "position"));
        } catch (IllegalArgumentException e) {
            throw new ElanusException(
                    StandardErrorCode.CORRUPT, "the metadata under '" + key + "' has a position that is not Base64", e);
        }
    }

    private static int integer(String key, JsonNode json, String member) {
        long number = CatalogFormat.number(key, json, member);
        if (number != (int) number) {
            throw ElanusException.corrupt("'%s' under '%s' is out of range: %d", member, key, number);
        }
        return (int) number;
    }
}
