package org.elanus.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.PartitionInfo;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CollectionDefinitionsTest extends CatalogTestBase {

    // Databases

    @Test
    void defaultDatabaseIsThereAndStays() {
        assertThat(catalog.databases()).extracting(DatabaseInfo::name).containsExactly("default");
        assertThat(catalog.database("")).isEqualTo(catalog.database("default"));
        assertInvalid(() -> catalog.dropDatabase("default"), "can not drop default database");
        assertInvalid(() -> catalog.dropDatabase(""), "default");
    }

    @Test
    void databasesAreCreatedAlteredAndDropped() {
        DatabaseInfo created = catalog.createDatabase("b", Map.of("unknown.key", "kept"));
        catalog.createDatabase("a", Map.of());
        assertThat(catalog.databases()).extracting(DatabaseInfo::name).containsExactly("a", "b", "default");
        assertInvalid(() -> catalog.createDatabase("b", Map.of()), "database already exist: b");
        DatabaseInfo altered = catalog.alterDatabase("b", Map.of("x", "1"), List.of("unknown.key"));
        assertThat(altered.properties()).containsOnlyKeys("x");
        assertThat(altered.id()).isEqualTo(created.id());
        assertThat(catalog.database("b")).isEqualTo(altered);
        catalog.dropDatabase("b");
        assertThat(catalog.hasDatabase("b")).isFalse();
        assertFails(
                StandardErrorCode.DATABASE_NOT_FOUND,
                () -> catalog.database("b"),
                "database not found[database=b]",
                "default");
        assertFails(StandardErrorCode.DATABASE_NOT_FOUND, () -> catalog.dropDatabase("b"));
        assertThat(catalog.createDatabase("b", Map.of()).id()).isNotEqualTo(created.id());
    }

    @Test
    void databaseWithCollectionsIsNotDropped() {
        catalog.createDatabase("d", Map.of());
        catalog.create("d", spec("c"));
        assertInvalid(() -> catalog.dropDatabase("d"), "must drop all collections", "[c]");
        catalog.drop("d", "c");
        catalog.dropDatabase("d");
    }

    @Test
    void databasesAreLimited() {
        for (int i = 0; i < 64; i++) {
            catalog.createDatabase("d" + i, Map.of());
        }
        assertFails(StandardErrorCode.DATABASE_LIMIT, () -> catalog.createDatabase("d64", Map.of()), "limit=64", "d64");
    }

    @Test
    void collectionsOfADatabaseAreLimitedByItsProperty() {
        catalog.createDatabase("d", Map.of("database.max.collections", "1"));
        catalog.create("d", spec("a"));
        assertFails(StandardErrorCode.COLLECTION_LIMIT, () -> catalog.create("d", spec("b")), "limit=1");
        catalog.create("d", spec("a"));
        catalog.create(DB, spec("b"));
        assertFails(StandardErrorCode.COLLECTION_LIMIT, () -> catalog.rename(DB, "b", "d", "b"), "limit=1");
    }

    // Collections

    @Test
    void createdCollectionIsComplete() {
        CollectionEntry entry = catalog.create(DB, spec("c"));
        CollectionInfo info = entry.info();
        assertThat(info.database()).isEqualTo("default");
        assertThat(info.schema().fields()).extracting(FieldSchema::id).containsExactly(100L, 101L, 102L);
        assertThat(info.shards()).isEqualTo(1);
        assertThat(info.channels()).containsExactly(entry.physicalChannels().getFirst() + "_" + info.id() + "v0");
        assertThat(info.createdAt()).isPositive().isEqualTo(info.updatedAt());
        assertThat(entry.partitions()).extracting(PartitionInfo::name).containsExactly("_default");
        assertThat(entry.schemaVersion()).isEqualTo(1);
        assertThat(entry.isLoaded()).isFalse();
        assertThat(catalog.get(DB, "c")).isEqualTo(entry);
        assertThat(catalog.get("", "c")).isEqualTo(entry);
        assertThat(catalog.get(entry.id())).isEqualTo(entry);
        assertThat(catalog.manifest(entry.id())).isEqualTo(Manifest.empty(entry.id()));
    }

    @Test
    void defaultsAreFilledIn() {
        CollectionInfo info = catalog.create(
                        DB, new CollectionSpec("c", schema(key(), vector()), 0, 0, Consistency.Level.DEFAULT, Map.of()))
                .info();
        assertThat(info.shards()).isEqualTo(1);
        assertThat(info.partitions()).isEqualTo(1);
        assertThat(info.consistency()).isEqualTo(Consistency.Level.BOUNDED);
    }

    @Test
    void createIsIdempotentForTheSameDefinitionOnly() {
        CollectionEntry entry = catalog.create(DB, spec("c"));
        assertThat(catalog.create(DB, spec("c"))).isEqualTo(entry);
        assertInvalid(
                () -> catalog.create(DB, CollectionSpec.of("c", schema(key(), vector()))),
                "create duplicate collection with different parameters, collection: c");
        assertInvalid(
                () -> catalog.create(
                        DB, new CollectionSpec("c", spec("c").schema(), 2, 0, Consistency.Level.BOUNDED, Map.of())),
                "different parameters");
        assertThat(catalog.all()).containsExactly(entry);
    }

    @Test
    void missingCollectionIsNamed() {
        assertFails(
                StandardErrorCode.COLLECTION_NOT_FOUND,
                () -> catalog.get(DB, "c"),
                "can't find collection[database=default][collection=c]");
        assertFails(StandardErrorCode.COLLECTION_NOT_FOUND, () -> catalog.get(77), "77");
        assertFails(StandardErrorCode.COLLECTION_NOT_FOUND, () -> catalog.manifest(77), "77");
        assertThat(catalog.find(DB, "c")).isEmpty();
        assertThat(catalog.find(77)).isEmpty();
        assertThat(catalog.drop(DB, "c")).isEmpty();
        assertFails(StandardErrorCode.DATABASE_NOT_FOUND, () -> catalog.find("no", "c"), "database=no");
        assertFails(StandardErrorCode.DATABASE_NOT_FOUND, () -> catalog.list("no"));
        assertFails(StandardErrorCode.DATABASE_NOT_FOUND, () -> catalog.create("no", spec("c")));
    }

    @Test
    void namesAreOfTheirDatabase() {
        catalog.createDatabase("d", Map.of());
        CollectionEntry here = catalog.create(DB, spec("c"));
        CollectionEntry there = catalog.create("d", spec("c"));
        assertThat(there.id()).isNotEqualTo(here.id());
        catalog.create(DB, spec("b"));
        assertThat(catalog.list(DB)).extracting(entry -> entry.info().name()).containsExactly("b", "c");
        assertThat(catalog.list("d")).containsExactly(there);
        catalog.drop("d", "c");
        assertThat(catalog.get(DB, "c")).isEqualTo(here);
    }

    @Test
    void droppedIdIsNotUsedAgain() {
        long first = catalog.create(DB, spec("c")).id();
        assertThat(catalog.drop(DB, "c").orElseThrow().id()).isEqualTo(first);
        assertThat(catalog.find(DB, "c")).isEmpty();
        assertFails(StandardErrorCode.COLLECTION_NOT_FOUND, () -> catalog.manifest(first));
        assertThat(store.list("manifest/")).isEmpty();
        assertThat(store.list("collection/")).isEmpty();
        assertThat(store.list("name/")).isEmpty();
        assertThat(catalog.create(DB, spec("c")).id()).isGreaterThan(first);
    }

    @Test
    void shardsAreSpreadOverThePhysicalChannels() {
        assertThat(catalog.physicalChannels()).containsExactly("elanus-0", "elanus-1");
        for (int i = 0; i < 4; i++) {
            catalog.create(DB, sharded("c" + i, 1));
        }
        CollectionEntry many = catalog.create(DB, sharded("many", 5));
        Map<String, Integer> used = new HashMap<>();
        catalog.all()
                .forEach(entry -> entry.physicalChannels().forEach(channel -> used.merge(channel, 1, Integer::sum)));
        assertThat(used.values()).containsExactlyInAnyOrder(5, 4);
        assertThat(many.info().channels()).hasSize(5).doesNotHaveDuplicates();
        for (int shard = 0; shard < 5; shard++) {
            assertThat(many.info().channels().get(shard))
                    .isEqualTo(many.physicalChannels().get(shard) + "_" + many.id() + "v" + shard);
        }
    }

    @Test
    void freedPhysicalChannelIsUsedNext() {
        String first = catalog.create(DB, sharded("a", 1)).physicalChannels().getFirst();
        String second = catalog.create(DB, sharded("b", 1)).physicalChannels().getFirst();
        assertThat(second).isNotEqualTo(first);
        catalog.drop(DB, "b");
        assertThat(catalog.create(DB, sharded("c", 1)).physicalChannels()).containsExactly(second);
    }

    @ParameterizedTest
    @CsvSource({"-1", "17"})
    void shardsAreLimited(int shards) {
        assertInvalid(() -> catalog.create(DB, sharded("c", shards)), "shards", "16", Integer.toString(shards));
    }

    @Test
    void partitionKeyMakesPartitions() {
        FieldSchema tenant = new FieldSchema(
                0, "tenant", "", DataType.INT64, null, false, false, false, true, false, false, null, Map.of());
        CollectionSchema schema = schema(key(), vector(), tenant);
        CollectionEntry entry = catalog.create(DB, CollectionSpec.of("c", schema));
        assertThat(entry.info().partitions()).isEqualTo(16);
        assertThat(entry.partitions())
                .extracting(PartitionInfo::name)
                .startsWith("_default_0", "_default_1")
                .hasSize(16);
        assertThat(entry.partitions()).extracting(PartitionInfo::id).doesNotHaveDuplicates();
        assertThatThrownBy(() -> catalog.createPartition(DB, "c", "p")).hasMessageContaining("disable create partition");
        assertThatThrownBy(() -> catalog.dropPartition(DB, "c", "_default_0"))
                .hasMessageContaining("disable drop partition");
        CollectionSpec three = new CollectionSpec("d", schema, 1, 3, Consistency.Level.BOUNDED, Map.of());
        assertThat(catalog.create(DB, three).partitions()).hasSize(3);
        assertThat(catalog.create(DB, three).partitions()).hasSize(3);
        assertInvalid(
                () -> catalog.create(DB, new CollectionSpec("e", schema, 1, 1025, Consistency.Level.BOUNDED, Map.of())),
                "1025",
                "1024");
        assertInvalid(
                () -> catalog.create(
                        DB,
                        new CollectionSpec("f", schema(key(), vector()), 1, 3, Consistency.Level.BOUNDED, Map.of())),
                "partition key");
    }

    @ParameterizedTest
    @CsvSource({
        "collection.ttl.seconds,-2,expect [-1; 3155760000]; got -2",
        "collection.ttl.seconds,3155760001,expect [-1; 3155760000]",
        "collection.ttl.seconds,soon,not 'soon'",
        "mmap.enabled,maybe,true or false",
        "timezone,Nowhere/Land,Europe/Berlin",
        "collection.replica.number,0,expect [1",
    })
    void propertiesWithAMeaningAreChecked(String property, String value, String message) {
        CollectionSpec base = spec("c");
        CollectionSpec spec =
                new CollectionSpec("c", base.schema(), 1, 0, Consistency.Level.BOUNDED, Map.of(property, value));
        String expected = message.replace(';', ',');
        assertInvalid(() -> catalog.create(DB, spec), property, expected);
        catalog.create(DB, base);
        assertInvalid(() -> catalog.alterProperties(DB, "c", Map.of(property, value), List.of()), expected);
    }

    @Test
    void propertiesAreSetAndRemoved() {
        CollectionEntry before = catalog.create(DB, spec("c"));
        catalog.alterProperties(DB, "c", Map.of("collection.ttl.seconds", "60", "my.own", "x"), List.of());
        CollectionEntry after =
                catalog.alterProperties(DB, "c", Map.of("other", "y"), List.of("my.own", "never there"));
        assertThat(after.info().properties()).isEqualTo(Map.of("collection.ttl.seconds", "60", "other", "y"));
        assertThat(after.schemaVersion()).isEqualTo(before.schemaVersion());
        assertThat(after.info().updatedAt()).isEqualTo(before.info().updatedAt());
    }

    @Test
    void dynamicFieldIsEnabledAfterwards() {
        CollectionEntry before = catalog.create(DB, spec("c"));
        CollectionEntry after = catalog.alterProperties(DB, "c", Map.of("dynamicfield.enabled", "true"), List.of());
        assertThat(after.info().schema().dynamicField()).isTrue();
        assertThat(after.info().schema().fields().getLast().name()).isEqualTo("$meta");
        assertThat(after.info().updatedAt()).isGreaterThan(before.info().updatedAt());
        assertInvalid(
                () -> catalog.alterProperties(DB, "c", Map.of("dynamicfield.enabled", "false"), List.of()),
                "cannot be disabled");
    }

    @Test
    void renameKeepsTheCollection() {
        CollectionEntry before = catalog.create(DB, spec("old"));
        catalog.createAlias(DB, "old", "alias");
        CollectionEntry after = catalog.rename(DB, "old", "", "new");
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.info().channels()).isEqualTo(before.info().channels());
        assertThat(catalog.find(DB, "old")).isEmpty();
        assertThat(catalog.get(DB, "alias")).isEqualTo(after);
        catalog.create(DB, spec("other"));
        assertInvalid(() -> catalog.rename(DB, "new", DB, "other"), "duplicated new collection name other");
        assertFails(
                StandardErrorCode.ALIAS_NAME_CONFLICT,
                () -> catalog.rename(DB, "other", DB, "alias"),
                "existing alias: alias");
        assertInvalid(() -> catalog.rename(DB, "alias", DB, "x"), "unsupported use an alias to rename");
        assertInvalid(() -> catalog.rename(DB, "new", DB, "1"), "first character");
        assertFails(StandardErrorCode.COLLECTION_NOT_FOUND, () -> catalog.rename(DB, "old", DB, "x"));
    }

    @Test
    void renameMovesBetweenDatabases() {
        catalog.createDatabase("d", Map.of());
        catalog.create(DB, spec("c"));
        catalog.createAlias(DB, "c", "alias");
        assertInvalid(() -> catalog.rename(DB, "c", "d", "c"), "must drop all aliases", "[alias]");
        catalog.dropAlias(DB, "alias");
        assertFails(StandardErrorCode.DATABASE_NOT_FOUND, () -> catalog.rename(DB, "c", "no", "c"));
        CollectionEntry moved = catalog.rename(DB, "c", "d", "c");
        assertThat(moved.info().database()).isEqualTo("d");
        assertThat(catalog.list("d")).containsExactly(moved);
        assertThat(catalog.list(DB)).isEmpty();
        assertInvalid(() -> catalog.dropDatabase("d"), "[c]");
    }

    // Fields

    @Test
    void addedFieldIsANewVersionOfTheSchema() {
        catalog.create(
                DB,
                new CollectionSpec(
                        "c",
                        new CollectionSchema("", List.of(key(), vector()), true),
                        1,
                        0,
                        Consistency.Level.BOUNDED,
                        Map.of()));
        CollectionEntry before = catalog.get(DB, "c");
        CollectionEntry after =
                catalog.addField(DB, "c", FieldSchema.of("n", DataType.INT32).withNullable(true));
        assertThat(after.schemaVersion()).isEqualTo(before.schemaVersion() + 1);
        assertThat(after.info().updatedAt()).isGreaterThan(before.info().updatedAt());
        assertThat(after.info().schema().fields())
                .extracting(FieldSchema::name)
                .containsExactly("id", "vector", "n", "$meta");
        assertThat(after.info().schema().field("n").id()).isEqualTo(103);
        CollectionEntry again = catalog.addField(DB, "c", with(FieldSchema.of("m", DataType.INT64), 5L, Map.of()));
        assertThat(again.info().schema().field("m").id()).isEqualTo(104);
    }

    @Test
    void addedFieldMustFillOldRows() {
        catalog.create(DB, spec("c"));
        assertInvalid(() -> catalog.addField(DB, "c", FieldSchema.of("n", DataType.INT64)), "nullable", "'n'");
        assertInvalid(
                () -> catalog.addField(
                        DB, "c", FieldSchema.of("text", DataType.INT64).withNullable(true)),
                "duplicated field name");
        assertInvalid(() -> catalog.addField(DB, "c", FieldSchema.primaryKey("k", DataType.INT64, false)), "primary");
        assertInvalid(() -> catalog.addField(DB, "c", FieldSchema.vector("v", DataType.FLOAT_VECTOR, 4)), "'v'");
        assertInvalid(
                () -> catalog.addField(
                        DB, "c", FieldSchema.of("$meta", DataType.JSON).withNullable(true)),
                "reserved");
        assertThat(catalog.get(DB, "c").schemaVersion()).isEqualTo(1);
    }

    @Test
    void addedFieldsAreLimited() {
        List<FieldSchema> fields = new ArrayList<>(List.of(key(), vector()));
        while (fields.size() < 64) {
            fields.add(FieldSchema.of("f" + fields.size(), DataType.INT8));
        }
        catalog.create(DB, CollectionSpec.of("c", new CollectionSchema("", fields, true)));
        assertInvalid(
                () -> catalog.addField(
                        DB, "c", FieldSchema.of("n", DataType.INT8).withNullable(true)),
                "limited to 64");
    }

    @Test
    void fieldParametersAreAltered() {
        CollectionEntry before = catalog.create(DB, spec("c"));
        CollectionEntry after =
                catalog.alterField(DB, "c", "text", Map.of("max_length", "200", "mmap.enabled", "true"), List.of());
        assertThat(after.info().schema().field("text").maxLength()).isEqualTo(200);
        assertThat(after.schemaVersion()).isEqualTo(2);
        assertThat(after.info().updatedAt()).isGreaterThan(before.info().updatedAt());
        CollectionEntry described =
                catalog.alterField(DB, "c", "text", Map.of("field.description", "words"), List.of("mmap.enabled"));
        assertThat(described.info().schema().field("text").description()).isEqualTo("words");
        assertThat(described.info().schema().field("text").parameters()).containsOnlyKeys("max_length");
        assertInvalid(() -> catalog.alterField(DB, "c", "text", Map.of("max_length", "0"), List.of()), "65535");
        assertInvalid(
                () -> catalog.alterField(DB, "c", "vector", Map.of("dim", "9"), List.of()), "'dim'", "max_length");
        assertInvalid(
                () -> catalog.alterField(DB, "c", "vector", Map.of("max_length", "9"), List.of()), "FLOAT_VECTOR");
        assertFails(
                StandardErrorCode.MISSING_ARGUMENT,
                () -> catalog.alterField(DB, "c", "text", Map.of(), List.of("max_length")),
                "max_length");
        assertFails(
                StandardErrorCode.FIELD_NOT_FOUND,
                () -> catalog.alterField(DB, "c", "no", Map.of("max_length", "9"), List.of()),
                "text");
    }

    // Aliases

    @Test
    void aliasStandsForItsCollection() {
        CollectionEntry a = catalog.create(DB, spec("a"));
        catalog.create(DB, spec("b"));
        catalog.createAlias(DB, "a", "x");
        catalog.createAlias(DB, "a", "w");
        catalog.createAlias(DB, "a", "x");
        assertThat(catalog.get(DB, "x").id()).isEqualTo(a.id());
        assertThat(catalog.get(DB, "a").info().aliases()).containsExactly("w", "x");
        assertThat(catalog.list(DB)).hasSize(2);
        assertThat(catalog.aliasTarget(DB, "x").info().name()).isEqualTo("a");
        catalog.alterAlias(DB, "b", "x");
        assertThat(catalog.aliasTarget(DB, "x").info().name()).isEqualTo("b");
        assertThat(catalog.get(DB, "a").info().aliases()).containsExactly("w");
        assertThat(catalog.get(DB, "b").info().aliases()).containsExactly("x");
        assertThat(catalog.dropAlias(DB, "x")).isTrue();
        assertThat(catalog.dropAlias(DB, "x")).isFalse();
        assertThat(catalog.find(DB, "x")).isEmpty();
        assertThat(catalog.get(DB, "b").info().aliases()).isEmpty();
    }

    @Test
    void aliasAndCollectionShareTheirNames() {
        catalog.create(DB, spec("a"));
        catalog.create(DB, spec("b"));
        catalog.createAlias(DB, "a", "x");
        assertFails(
                StandardErrorCode.ALIAS_NAME_CONFLICT,
                () -> catalog.createAlias(DB, "a", "b"),
                "conflict[database=default][alias=b]");
        assertFails(
                StandardErrorCode.ALIAS_EXISTS,
                () -> catalog.createAlias(DB, "b", "x"),
                "x is alias to another collection: a");
        assertFails(
                StandardErrorCode.ALIAS_NAME_CONFLICT,
                () -> catalog.create(DB, spec("x")),
                "collection name [x] conflicts with an existing alias");
        assertFails(
                StandardErrorCode.ALIAS_NOT_FOUND,
                () -> catalog.alterAlias(DB, "a", "y"),
                "alias not found[database=default][alias=y]");
        assertFails(StandardErrorCode.ALIAS_NOT_FOUND, () -> catalog.aliasTarget(DB, "a"));
        assertFails(StandardErrorCode.ALIAS_NAME_CONFLICT, () -> catalog.dropAlias(DB, "a"));
        assertFails(StandardErrorCode.COLLECTION_NOT_FOUND, () -> catalog.createAlias(DB, "x", "y"), "alias");
        assertFails(StandardErrorCode.COLLECTION_NOT_FOUND, () -> catalog.createAlias(DB, "no", "y"));
        assertInvalid(() -> catalog.createAlias(DB, "a", "not valid"), "collection alias name");
    }

    @Test
    void collectionWithAliasesIsNotDropped() {
        catalog.create(DB, spec("a"));
        catalog.createAlias(DB, "a", "x");
        assertInvalid(
                () -> catalog.drop(DB, "a"), "unable to drop the collection [a] because it has associated aliases [x]");
        assertInvalid(() -> catalog.drop(DB, "x"), "cannot drop the collection via alias = x");
        catalog.dropAlias(DB, "x");
        assertThat(catalog.drop(DB, "a")).isPresent();
    }
}
