package org.elanus.core.catalog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.elanus.core.catalog.CatalogRows.ClusterRow;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.NameRow;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Values of the metadata store as compact JSON. Every value is an object with a {@code format}; a reader skips members
 * that it does not know and refuses a format that is newer than its own.
 */
final class CatalogFormat {

    static final int VERSION = 1;

    /** Without limits of its own: what was written must be read again, whatever clients call their properties. */
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private CatalogFormat() {}

    static byte[] cluster(ClusterRow cluster) {
        ObjectNode json = value();
        json.put("clusterId", cluster.clusterId());
        cluster.physicalChannels().forEach(json.putArray("physicalChannels")::add);
        json.put("createdAt", cluster.createdAt());
        return bytes(json);
    }

    static ClusterRow cluster(String key, byte[] value) {
        JsonNode json = parse(key, value);
        return new ClusterRow(
                text(key, json, "clusterId"), texts(key, json, "physicalChannels"), number(key, json, "createdAt"));
    }

    static byte[] log(DatabaseLog log) {
        return bytes(value().put("wal", log.wal()));
    }

    static DatabaseLog log(String key, byte[] value) {
        return new DatabaseLog(text(key, parse(key, value), "wal"));
    }

    /** A value that is one number: the next free id, or an epoch. */
    static byte[] counter(long count) {
        return bytes(value().put("value", count));
    }

    static long counter(String key, byte[] value) {
        return number(key, parse(key, value), "value");
    }

    static byte[] database(DatabaseInfo database) {
        ObjectNode json = value();
        json.put("id", database.id());
        put(json, "properties", database.properties());
        json.put("createdAt", database.createdAt());
        return bytes(json);
    }

    static DatabaseInfo database(String key, byte[] value) {
        JsonNode json = parse(key, value);
        return new DatabaseInfo(
                number(key, json, "id"),
                key.substring(CatalogKeys.DATABASES.length()),
                strings(json, "properties"),
                number(key, json, "createdAt"));
    }

    static byte[] name(NameRow name) {
        return bytes(value().put("collection", name.collectionId()).put("alias", name.alias()));
    }

    static NameRow name(String key, byte[] value) {
        JsonNode json = parse(key, value);
        return new NameRow(number(key, json, "collection"), json.path("alias").asBoolean(false));
    }

    /** Aliases are not part of it: they have keys of their own. */
    static byte[] collection(CollectionEntry entry, boolean loadsNewPartitions) {
        CollectionInfo info = entry.info();
        ObjectNode json = value();
        json.put("database", info.database());
        json.put("name", info.name());
        json.put("description", info.schema().description());
        json.put("dynamic", info.schema().dynamicField());
        ArrayNode fields = json.putArray("fields");
        info.schema().fields().forEach(field -> fields.add(field(field)));
        json.put("schemaVersion", entry.schemaVersion());
        json.put("consistency", info.consistency().name());
        put(json, "properties", info.properties());
        info.channels().forEach(json.putArray("channels")::add);
        entry.physicalChannels().forEach(json.putArray("physicalChannels")::add);
        ArrayNode partitions = json.putArray("partitions");
        for (PartitionInfo partition : entry.partitions()) {
            ObjectNode item = partitions.addObject();
            item.put("id", partition.id());
            item.put("name", partition.name());
            item.put("createdAt", partition.createdAt());
            if (partition.loaded()) {
                item.put("loaded", true);
            }
        }
        json.put("loadsNewPartitions", loadsNewPartitions);
        if (!entry.skippedFields().isEmpty()) {
            entry.skippedFields().stream().sorted().forEach(json.putArray("skippedFields")::add);
        }
        ArrayNode indexes = json.putArray("indexes");
        entry.indexes().forEach(index -> indexes.add(index(index)));
        json.put("createdAt", info.createdAt());
        json.put("updatedAt", info.updatedAt());
        return bytes(json);
    }

    static CollectionRow collection(String key, byte[] value, List<String> aliases, long revision) {
        JsonNode json = parse(key, value);
        List<FieldSchema> fields = new ArrayList<>();
        for (JsonNode field : array(key, json, "fields")) {
            fields.add(field(key, field));
        }
        List<PartitionInfo> partitions = new ArrayList<>();
        Set<Long> loaded = new HashSet<>();
        for (JsonNode item : array(key, json, "partitions")) {
            PartitionInfo partition = new PartitionInfo(
                    number(key, item, "id"),
                    text(key, item, "name"),
                    number(key, item, "createdAt"),
                    item.path("loaded").asBoolean(false));
            partitions.add(partition);
            if (partition.loaded()) {
                loaded.add(partition.id());
            }
        }
        List<IndexDefinition> indexes = new ArrayList<>();
        for (JsonNode index : array(key, json, "indexes")) {
            indexes.add(index(key, index));
        }
        Set<Long> skipped = new HashSet<>();
        json.path("skippedFields").forEach(id -> skipped.add(id.asLong()));
        List<String> channels = texts(key, json, "channels");
        CollectionInfo info = new CollectionInfo(
                CatalogKeys.collectionId(key),
                text(key, json, "database"),
                text(key, json, "name"),
                new CollectionSchema(
                        json.path("description").asText(""),
                        fields,
                        json.path("dynamic").asBoolean(false)),
                channels.size(),
                partitions.size(),
                constant(key, Consistency.Level.class, text(key, json, "consistency")),
                strings(json, "properties"),
                aliases,
                channels,
                number(key, json, "createdAt"),
                number(key, json, "updatedAt"));
        CollectionEntry entry = new CollectionEntry(
                info,
                Math.toIntExact(number(key, json, "schemaVersion")),
                texts(key, json, "physicalChannels"),
                partitions,
                indexes,
                loaded,
                skipped);
        return new CollectionRow(entry, json.path("loadsNewPartitions").asBoolean(false), value, revision);
    }

    private static ObjectNode field(FieldSchema field) {
        ObjectNode json = object();
        json.put("id", field.id());
        json.put("name", field.name());
        json.put("type", field.type().number());
        DataType elementType = field.elementType();
        if (elementType != null) {
            json.put("elementType", elementType.number());
        }
        if (!field.description().isEmpty()) {
            json.put("description", field.description());
        }
        flag(json, "primaryKey", field.primaryKey());
        flag(json, "autoId", field.autoId());
        flag(json, "nullable", field.nullable());
        flag(json, "partitionKey", field.partitionKey());
        flag(json, "clusteringKey", field.clusteringKey());
        flag(json, "dynamic", field.dynamic());
        switch (field.defaultValue()) {
            case null -> {}
            case Boolean bool -> json.put("defaultBool", bool);
            case Long number -> json.put("defaultLong", number);
            case Double number -> json.put("defaultDouble", number);
            case Object text -> json.put("defaultText", text.toString());
        }
        put(json, "parameters", field.parameters());
        return json;
    }

    private static FieldSchema field(String key, JsonNode json) {
        Object defaultValue = null;
        if (json.has("defaultBool")) {
            defaultValue = json.get("defaultBool").asBoolean();
        } else if (json.has("defaultLong")) {
            defaultValue = number(key, json, "defaultLong");
        } else if (json.has("defaultDouble")) {
            defaultValue = json.get("defaultDouble").asDouble();
        } else if (json.has("defaultText")) {
            defaultValue = text(key, json, "defaultText");
        }
        return new FieldSchema(
                number(key, json, "id"),
                text(key, json, "name"),
                json.path("description").asText(""),
                type(key, number(key, json, "type")),
                json.has("elementType") ? type(key, number(key, json, "elementType")) : null,
                json.path("primaryKey").asBoolean(false),
                json.path("autoId").asBoolean(false),
                json.path("nullable").asBoolean(false),
                json.path("partitionKey").asBoolean(false),
                json.path("clusteringKey").asBoolean(false),
                json.path("dynamic").asBoolean(false),
                defaultValue,
                strings(json, "parameters"));
    }

    private static ObjectNode index(IndexDefinition index) {
        ObjectNode json = object();
        json.put("id", index.id());
        json.put("field", index.spec().field());
        json.put("name", index.spec().name());
        json.put("type", index.spec().type());
        json.put("metric", index.spec().metric());
        put(json, "parameters", index.spec().parameters());
        json.put("resolvedType", index.resolvedType());
        put(json, "resolvedParameters", index.resolvedParameters());
        json.put("createdAt", index.createdAt());
        return json;
    }

    private static IndexDefinition index(String key, JsonNode json) {
        IndexSpec spec = new IndexSpec(
                text(key, json, "field"),
                text(key, json, "name"),
                json.path("type").asText(""),
                json.path("metric").asText(""),
                strings(json, "parameters"));
        return new IndexDefinition(
                number(key, json, "id"),
                spec,
                text(key, json, "resolvedType"),
                strings(json, "resolvedParameters"),
                number(key, json, "createdAt"));
    }

    /** A new value with its format. */
    static ObjectNode value() {
        return object().put("format", VERSION);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static byte[] bytes(ObjectNode json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new ElanusException(StandardErrorCode.INTERNAL, "metadata cannot be written as JSON", e);
        }
    }

    static JsonNode parse(String key, byte[] value) {
        JsonNode json;
        try {
            json = MAPPER.readTree(value);
        } catch (IOException e) {
            throw new ElanusException(StandardErrorCode.CORRUPT, "the metadata under '" + key + "' is not JSON", e);
        }
        if (json == null || !json.isObject()) {
            throw ElanusException.corrupt("the metadata under '%s' is not a JSON object", key);
        }
        long format = number(key, json, "format");
        if (format < 1 || format > VERSION) {
            throw ElanusException.corrupt(
                    "the metadata under '%s' has format %d; this version of Elanus reads 1 to %d",
                    key, format, VERSION);
        }
        return json;
    }

    static long number(String key, JsonNode json, String member) {
        JsonNode node = json.get(member);
        if (node == null || !node.canConvertToLong() || !node.isIntegralNumber()) {
            throw ElanusException.corrupt("the metadata under '%s' lacks the whole number '%s'", key, member);
        }
        return node.longValue();
    }

    static String text(String key, JsonNode json, String member) {
        JsonNode node = json.get(member);
        if (node == null || !node.isTextual()) {
            throw ElanusException.corrupt("the metadata under '%s' lacks the text '%s'", key, member);
        }
        return node.textValue();
    }

    static JsonNode array(String key, JsonNode json, String member) {
        JsonNode node = json.get(member);
        if (node == null || !node.isArray()) {
            throw ElanusException.corrupt("the metadata under '%s' lacks the list '%s'", key, member);
        }
        return node;
    }

    static List<String> texts(String key, JsonNode json, String member) {
        List<String> texts = new ArrayList<>();
        array(key, json, member).forEach(node -> texts.add(node.asText()));
        return texts;
    }

    private static Map<String, String> strings(JsonNode json, String member) {
        Map<String, String> strings = new LinkedHashMap<>();
        json.path(member).forEachEntry((name, node) -> strings.put(name, node.asText()));
        return strings;
    }

    /** Sorted, so that equal values have equal bytes. */
    private static void put(ObjectNode json, String member, Map<String, String> strings) {
        if (!strings.isEmpty()) {
            ObjectNode object = json.putObject(member);
            new TreeMap<>(strings).forEach(object::put);
        }
    }

    private static void flag(ObjectNode json, String member, boolean set) {
        if (set) {
            json.put(member, true);
        }
    }

    private static DataType type(String key, long number) {
        try {
            return DataType.ofNumber(Math.toIntExact(number));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ElanusException(
                    StandardErrorCode.CORRUPT,
                    "the metadata under '" + key + "' has the unknown data type " + number,
                    e);
        }
    }

    private static <E extends Enum<E>> E constant(String key, Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw ElanusException.corrupt(
                "the metadata under '%s' has the unknown %s '%s'", key, type.getSimpleName(), name);
    }
}
