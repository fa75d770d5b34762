package org.elanus.core.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.catalog.CatalogRows.CollectionRow;
import org.elanus.core.catalog.CatalogRows.ManifestRow;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Changes of index definitions. */
final class IndexDefinitions {

    /** Parameters that do not change how an index is built. */
    private static final Set<String> ALTERABLE = Set.of("mmap.enabled", "warmup", "indexoffsetcache.enabled");

    private final CatalogState state;
    private final Counters counters;
    private final HybridClock clock;

    IndexDefinitions(CatalogState state, Counters counters, HybridClock clock) {
        this.state = state;
        this.counters = counters;
        this.clock = clock;
    }

    IndexDefinition create(
            String database,
            String collection,
            IndexSpec requested,
            String resolvedType,
            Map<String, String> resolvedParameters) {
        String name = requested.name().isEmpty() ? requested.field() : requested.name();
        // The default name of an index on the dynamic field is the field's, which no other name may look like.
        if (!name.equals(FieldSchema.DYNAMIC_NAME)) {
            NameRules.index(name);
        }
        IndexSpec spec =
                new IndexSpec(requested.field(), name, requested.type(), requested.metric(), requested.parameters());
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionEntry entry = row.entry();
            boolean json = entry.info().schema().field(spec.field()).type() == DataType.JSON;
            for (IndexDefinition index : entry.indexes()) {
                boolean sameName = index.spec().name().equals(name);
                boolean sameField = index.spec().field().equals(spec.field());
                boolean named = !requested.name().isEmpty();
                if ((sameName || !named) && sameField && isSame(index.spec(), spec)) {
                    return index;
                }
                // Each path into JSON has values of its own.
                boolean samePath = !json || pathOf(index.resolvedParameters()).equals(pathOf(resolvedParameters));
                if (sameField && samePath) {
                    throw ElanusException.invalid(
                            "CreateIndex failed: at most one distinct index is allowed per field: field '%s' has the index"
                                    + " '%s' of type %s; creating multiple indexes on same field is not supported",
                            spec.field(), index.spec().name(), index.spec().type());
                }
                if (sameName) {
                    throw ElanusException.invalid(
                            "CreateIndex failed: at most one distinct index is allowed per field: the index name '%s' is"
                                    + " taken by the index of field '%s'",
                            name, index.spec().field());
                }
            }
            IndexDefinition index =
                    new IndexDefinition(counters.ids(1), spec, resolvedType, resolvedParameters, clock.next());
            CollectionDraft draft = new CollectionDraft(row);
            draft.indexes.add(index);
            draft.put(transaction);
            return index;
        });
    }

    private static String pathOf(Map<String, String> parameters) {
        return parameters.getOrDefault("json_path", "").replace('\'', '"');
    }

    private static boolean isSame(IndexSpec one, IndexSpec other) {
        return one.type().equals(other.type())
                && one.metric().equals(other.metric())
                && buildParameters(one).equals(buildParameters(other));
    }

    private static Map<String, String> buildParameters(IndexSpec spec) {
        Map<String, String> parameters = new HashMap<>(spec.parameters());
        parameters.keySet().removeAll(ALTERABLE);
        return parameters;
    }

    Optional<IndexDefinition> drop(String database, String collection, String indexOrField) {
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionEntry entry = row.entry();
            Optional<IndexDefinition> found = find(entry, indexOrField);
            if (found.isEmpty()) {
                return found;
            }
            boolean vector = entry.info()
                    .schema()
                    .find(found.get().spec().field())
                    .filter(field -> field.type().isVector())
                    .isPresent();
            if (vector && entry.isLoaded()) {
                throw ElanusException.invalid(
                        "index cannot be dropped, collection is loaded, please release it first[collection=%s][index=%s]",
                        entry.info().name(), found.get().spec().name());
            }
            CollectionDraft draft = new CollectionDraft(row);
            draft.indexes.remove(found.get());
            draft.put(transaction);
            ManifestRow manifest = state.manifest(entry.id());
            if (manifest != null) {
                Manifests.removeIndex(manifest, found.get().id(), transaction);
            }
            return found;
        });
    }

    /** Returns the collection's id. */
    long alter(String database, String collection, String indexOrField, Map<String, String> set, List<String> remove) {
        for (Map.Entry<String, String> parameter : set.entrySet()) {
            alterable(parameter.getKey());
            if (parameter.getKey().endsWith(".enabled")
                    && !parameter.getValue().equalsIgnoreCase("true")
                    && !parameter.getValue().equalsIgnoreCase("false")) {
                throw ElanusException.invalid(
                        "index parameter '%s' must be true or false, not '%s'",
                        parameter.getKey(), parameter.getValue());
            }
        }
        remove.forEach(IndexDefinitions::alterable);
        return state.change((snapshot, transaction) -> {
            CollectionRow row = snapshot.get(database, collection);
            CollectionEntry entry = row.entry();
            IndexDefinition before = find(entry, indexOrField)
                    .orElseThrow(() -> new ElanusException(
                            StandardErrorCode.INDEX_NOT_FOUND,
                            "index not found[collection=" + entry.info().name() + "][indexName=" + indexOrField
                                    + "]; there are "
                                    + entry.indexes().stream()
                                            .map(index -> index.spec().name())
                                            .toList()));
            IndexSpec spec = before.spec();
            Map<String, String> parameters = new HashMap<>(spec.parameters());
            parameters.putAll(set);
            remove.forEach(parameters::remove);
            CollectionDraft draft = new CollectionDraft(row);
            draft.indexes.set(
                    draft.indexes.indexOf(before),
                    new IndexDefinition(
                            before.id(),
                            new IndexSpec(spec.field(), spec.name(), spec.type(), spec.metric(), parameters),
                            before.resolvedType(),
                            before.resolvedParameters(),
                            before.createdAt()));
            draft.put(transaction);
            return entry.id();
        });
    }

    private static void alterable(String parameter) {
        if (!ALTERABLE.contains(parameter)) {
            throw ElanusException.invalid(
                    "index parameter '%s' cannot be altered; allowed are %s",
                    parameter, ALTERABLE.stream().sorted().toList());
        }
    }

    /** By name first, then by field. */
    private static Optional<IndexDefinition> find(CollectionEntry entry, String indexOrField) {
        return entry.indexes().stream()
                .filter(index -> index.spec().name().equals(indexOrField))
                .findFirst()
                .or(() -> entry.indexOfField(indexOrField));
    }
}
