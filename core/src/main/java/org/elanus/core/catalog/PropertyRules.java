package org.elanus.core.catalog;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.error.ElanusException;

/** Checks the properties that have a meaning here; what is unknown is stored as it is. */
final class PropertyRules {

    static final String TIME_TO_LIVE = "collection.ttl.seconds";
    static final String AUTOMATIC_COMPACTION = "collection.autocompaction.enabled";
    static final String ISOLATION = "partitionkey.isolation";
    static final String DYNAMIC_FIELD = "dynamicfield.enabled";
    static final String MAX_COLLECTIONS = "database.max.collections";

    private static final Set<String> SWITCHES = Set.of(
            "mmap.enabled",
            AUTOMATIC_COMPACTION,
            ISOLATION,
            "lazyload.enabled",
            "allow_insert_auto_id",
            DYNAMIC_FIELD,
            "namespace.enabled");
    private static final Set<String> COUNTS =
            Set.of("collection.replica.number", "database.replica.number", MAX_COLLECTIONS);

    private PropertyRules() {}

    /** The properties after setting some and removing others; the set ones are checked. */
    static Map<String, String> changed(Map<String, String> before, Map<String, String> set, List<String> remove) {
        check(set);
        Map<String, String> after = new HashMap<>(before);
        after.putAll(set);
        remove.forEach(after::remove);
        return after;
    }

    static void check(Map<String, String> properties) {
        properties.forEach(PropertyRules::check);
    }

    /** As {@link #check(Map)}, and that the schema has what the properties are about. */
    static void check(CollectionSchema schema, Map<String, String> properties) {
        check(properties);
        if ("true".equalsIgnoreCase(properties.get(ISOLATION))
                && schema.partitionKey().isEmpty()) {
            throw ElanusException.invalid(
                    "partition key isolation mode is enabled but no partition key field is set: property '%s' needs a"
                            + " field with is_partition_key",
                    ISOLATION);
        }
    }

    private static void check(String key, String value) {
        if (key.isEmpty()) {
            throw ElanusException.invalid("a property needs a name; its value is '%s'", value);
        } else if (key.equals(TIME_TO_LIVE)) {
            whole(key, value, -1, Limits.TIME_TO_LIVE_SECONDS);
        } else if (COUNTS.contains(key)) {
            whole(key, value, key.equals(MAX_COLLECTIONS) ? 0 : 1, Integer.MAX_VALUE);
        } else if (SWITCHES.contains(key)) {
            if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
                throw ElanusException.invalid("property '%s' must be true or false, not '%s'", key, value);
            }
        } else if (key.equals("timezone")) {
            try {
                ZoneId.of(value);
            } catch (DateTimeException e) {
                throw ElanusException.invalid(
                        "property 'timezone' must be a time zone such as Europe/Berlin, not '%s'", value);
            }
        }
    }

    private static void whole(String key, String value, long min, long max) {
        long number;
        try {
            number = Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw ElanusException.invalid(
                    "property '%s' must be a whole number from %d to %d, not '%s'", key, min, max, value);
        }
        if (number < min || number > max) {
            throw ElanusException.invalid(
                    "property '%s' is out of range, expect [%d, %d], got %d", key, min, max, number);
        }
    }
}
