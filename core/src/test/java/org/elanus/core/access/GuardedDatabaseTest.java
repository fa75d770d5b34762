package org.elanus.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import org.elanus.core.config.AuthConfig;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Authorizer;
import org.elanus.spi.auth.Decision;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.CollectionInfo;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.CollectionSpec;
import org.elanus.spi.database.ColumnBatch;
import org.elanus.spi.database.Columns;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.DatabaseInfo;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.ExplainRequest;
import org.elanus.spi.database.FieldSchema;
import org.elanus.spi.database.Filter;
import org.elanus.spi.database.HybridSearchRequest;
import org.elanus.spi.database.IndexSpec;
import org.elanus.spi.database.InsertRequest;
import org.elanus.spi.database.LoadOptions;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.SearchRequest;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The door before a database that has the collections books (alias tomes) and secrets, and the databases default and other. */
class GuardedDatabaseTest {

    private static final Principal ANN = new Principal("ann", Set.of("reader"));
    private static final CallContext CONTEXT = CallContext.of(ANN);
    private static final CollectionSchema SCHEMA = new CollectionSchema(
            "",
            List.of(
                    FieldSchema.primaryKey("id", DataType.INT64, false),
                    FieldSchema.vector("v", DataType.FLOAT_VECTOR, 2)),
            false);

    private final Queue<String> reached = new ConcurrentLinkedQueue<>();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final List<String> asked = new ArrayList<>();
    private BiFunction<Action, Resource, Decision> rule = (action, resource) -> Decision.denied("by the test");

    private final Authorizer authorizer = new Authorizer() {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public Decision authorize(Principal caller, Action action, Resource resource) {
            asked.add(action.wireName() + " on " + resource);
            return rule.apply(action, resource);
        }
    };

    private final Database behind = (Database) Proxy.newProxyInstance(
            Database.class.getClassLoader(), new Class<?>[] {Database.class}, (proxy, method, given) -> {
                reached.add(method.getName());
                return answer(method.getName(), (CallContext) given[0], given);
            });

    private final Database guarded = door(true);

    private Database door(boolean enabled) {
        Registry registry = new Registry();
        registry.register(Authorizer.class, "test", authorizer, "test");
        Seams seams = Seams.system();
        return Access.builder()
                .configuration(new AuthConfig(enabled, List.of("none"), "test", "", List.of()))
                .registry(registry)
                .events(events::add)
                .build(() -> behind, seams.clock(), seams.threads(), seams.randomness())
                .database();
    }

    private static @Nullable Object answer(String method, CallContext context, Object[] given) {
        return switch (method) {
            case "collection" -> given[1] instanceof Long id ? byId(id) : byName(context, (String) given[1]);
            case "collections" ->
                context.database().equals("other") ? List.of() : List.of(info("books", 1), info("secrets", 2));
            case "databases" -> List.of(database("default"), database("other"));
            case "database" -> {
                if (!List.of("default", "other", "books").contains(given[1])) {
                    throw new ElanusException(
                            StandardErrorCode.DATABASE_NOT_FOUND,
                            "database not found[database=" + given[1] + "]; there are default, other");
                }
                yield database((String) given[1]);
            }
            case "hasCollection", "isFlushed" -> true;
            case "rowCount", "allocateTimestamp" -> 1L;
            default -> null;
        };
    }

    private static DatabaseInfo database(String name) {
        return new DatabaseInfo(name.length(), name, Map.of(), 0);
    }

    private static CollectionInfo byId(long id) {
        return switch ((int) id) {
            case 1 -> info("books", 1);
            case 2 -> info("secrets", 2);
            default ->
                throw new ElanusException(
                        StandardErrorCode.COLLECTION_NOT_FOUND, "can't find collection[collection=" + id + "]");
        };
    }

    private static CollectionInfo byName(CallContext context, String name) {
        return switch (name) {
            case "books", "tomes" -> info("books", 1);
            case "secrets" -> info("secrets", 2);
            default ->
                throw new ElanusException(
                        StandardErrorCode.COLLECTION_NOT_FOUND,
                        "can't find collection[database=" + context.database() + "][collection=" + name + "]");
        };
    }

    private static CollectionInfo info(String name, long id) {
        return new CollectionInfo(
                id,
                "default",
                name,
                SCHEMA,
                1,
                1,
                Consistency.Level.BOUNDED,
                Map.of(),
                List.of(),
                List.of(),
                0,
                0);
    }

    /** An argument of a type, for any method. */
    private static Object argument(Class<?> type, String collection) {
        SearchRequest search = SearchRequest.of(collection, Columns.floatVectors(2, 1, 2), 1);
        return Map.<Class<?>, Object>ofEntries(
                        Map.entry(String.class, collection),
                        Map.entry(long.class, 2L),
                        Map.entry(List.class, List.of()),
                        Map.entry(Map.class, Map.of()),
                        Map.entry(LoadOptions.class, LoadOptions.ALL),
                        Map.entry(CollectionSpec.class, CollectionSpec.of(collection, SCHEMA)),
                        Map.entry(FieldSchema.class, FieldSchema.of("f", DataType.INT64)),
                        Map.entry(IndexSpec.class, new IndexSpec("v", "", "HNSW", "L2", Map.of())),
                        Map.entry(
                                InsertRequest.class,
                                new InsertRequest(collection, "", new ColumnBatch(0, Map.of()), 0)),
                        Map.entry(DeleteRequest.class, new DeleteRequest(collection, "", Filter.of("id == 1"))),
                        Map.entry(SearchRequest.class, search),
                        Map.entry(
                                HybridSearchRequest.class,
                                new HybridSearchRequest(
                                        collection, List.of(search), "rrf", Map.of(), 1, 0, List.of(), -1, Consistency.DEFAULT)),
                        Map.entry(QueryRequest.class, QueryRequest.of(collection, "id == 1", "id")),
                        Map.entry(ExplainRequest.class, ExplainRequest.of(collection, Filter.of("id == 1"))))
                .get(type);
    }

    private static Object call(Database database, Method method, CallContext context, String collection)
            throws Throwable {
        Object[] arguments = new Object[method.getParameterCount()];
        arguments[0] = context;
        for (int i = 1; i < arguments.length; i++) {
            arguments[i] = argument(method.getParameterTypes()[i], collection);
        }
        try {
            Object result = method.invoke(database, arguments);
            return result == null ? "done" : result;
        } catch (InvocationTargetException e) {
            return e.getTargetException();
        }
    }

    private static StandardErrorCode code(Object outcome) {
        assertThat(outcome).isInstanceOf(ElanusException.class);
        return (StandardErrorCode) ((ElanusException) outcome).code();
    }

    @Test
    void nobodyReachesAnyMethodWithoutSigningIn() throws Throwable {
        for (Method method : Database.class.getMethods()) {
            reached.clear();
            Object outcome = call(guarded, method, CallContext.of(Principal.ANONYMOUS), "books");
            assertThat(code(outcome)).as(method.getName()).isEqualTo(StandardErrorCode.UNAUTHENTICATED);
            assertThat(reached).as(method.getName()).isSubsetOf("collection");
        }
    }

    @Test
    void whoMayNothingGetsThroughNoMethod() throws Throwable {
        for (Method method : Database.class.getMethods()) {
            reached.clear();
            Object outcome = call(guarded, method, CONTEXT, "books");
            switch (method.getName()) {
                case "allocateTimestamp" -> assertThat(outcome).isEqualTo(1L);
                case "collections" -> assertThat((List<?>) outcome).isEmpty();
                case "databases" -> assertThat((List<?>) outcome).hasSize(1);
                case "collection" -> {
                    StandardErrorCode wanted = method.getParameterTypes()[1] == long.class
                            ? StandardErrorCode.COLLECTION_NOT_FOUND
                            : StandardErrorCode.PERMISSION_DENIED;
                    assertThat(code(outcome)).isEqualTo(wanted);
                }
                default -> {
                    assertThat(code(outcome)).as(method.getName()).isEqualTo(StandardErrorCode.PERMISSION_DENIED);
                    assertThat(reached).as(method.getName()).isSubsetOf("collection");
                }
            }
        }
    }

    @Test
    void everyMethodIsAnOperationWithItsOwnAction() throws Throwable {
        Set<String> names = new TreeSet<>();
        for (Method method : Database.class.getMethods()) {
            names.add(method.getName());
        }
        assertThat(Arrays.stream(Operation.values()).map(Operation::method))
                .containsExactlyInAnyOrderElementsOf(names);
        for (Operation operation : Operation.values()) {
            Action own = operation.action();
            rule = (action, resource) -> action == own ? Decision.ALLOWED : Decision.denied("another action");
            for (Method method : Database.class.getMethods()) {
                if (method.getName().equals(operation.method())) {
                    assertThat(call(guarded, method, CONTEXT, "books"))
                            .as(operation.method())
                            .isNotInstanceOf(ElanusException.class);
                }
            }
        }
    }

    @Test
    void denialIsTheSameWhetherThereIsSuchACollectionOrNot() throws Throwable {
        for (Method method : Database.class.getMethods()) {
            Object there = call(guarded, method, CONTEXT, "secrets");
            Object missing = call(guarded, method, CONTEXT, "nothing");
            if (there instanceof ElanusException denied) {
                assertThat(missing).as(method.getName()).isInstanceOf(ElanusException.class);
                assertThat(((ElanusException) missing).code()).isEqualTo(denied.code());
                assertThat(String.valueOf(((ElanusException) missing).getMessage()))
                        .isEqualTo(String.valueOf(denied.getMessage()).replace("secrets", "nothing"));
            } else {
                assertThat(missing).isEqualTo(there);
            }
        }
    }

    @Test
    void idsOfHiddenCollectionsAreAsMissingAsOthers() {
        rule = (action, resource) ->
                resource.collection().equals("books") ? Decision.ALLOWED : Decision.denied("by the test");
        assertThat(guarded.collection(CONTEXT, 1).name()).isEqualTo("books");
        for (long id : new long[] {2, 3}) {
            assertThatExceptionOfType(ElanusException.class)
                    .isThrownBy(() -> guarded.collection(CONTEXT, id))
                    .withMessage("can't find collection[collection=" + id + "]");
        }
        assertThat(guarded.collections(CONTEXT)).extracting(CollectionInfo::name).containsExactly("books");
    }

    @Test
    void databasesThatTheCallerMayNotKnowAreAsMissingAsOthers() {
        rule = (action, resource) ->
                resource.database().equals("default") ? Decision.ALLOWED : Decision.denied("by the test");
        CallContext connecting = CONTEXT.with(Action.CONNECT);
        assertThat(guarded.database(connecting, "default").name()).isEqualTo("default");
        for (String name : List.of("other", "absent")) {
            assertThatExceptionOfType(ElanusException.class)
                    .isThrownBy(() -> guarded.database(connecting, name))
                    .withMessage("database not found[database=" + name + "]");
        }
        assertThat(guarded.databases(CONTEXT)).extracting(DatabaseInfo::name).containsExactly("default");
    }

    @Test
    void anAliasIsWhatItStandsFor() {
        rule = (action, resource) ->
                resource.collection().equals("books") ? Decision.ALLOWED : Decision.denied("by the test");
        guarded.rowCount(CONTEXT, "tomes", "");
        assertThat(asked).contains("GetStatistics on collection 'books' of database 'default'");
        rule = (action, resource) -> Decision.denied("by the test");
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.rowCount(CONTEXT, "tomes", ""))
                .withMessage("user 'ann' may not GetStatistics on collection 'tomes' of database 'default'");
    }

    @Test
    void anEmptyDatabaseNameIsTheDefaultOne() {
        rule = (action, resource) ->
                resource.database().equals("default") ? Decision.ALLOWED : Decision.denied("by the test");
        guarded.createCollection(CONTEXT.in(""), CollectionSpec.of("new", SCHEMA));
        guarded.alterDatabase(CONTEXT, "", Map.of(), List.of());
    }

    @Test
    void anEndpointNamesNoActionThatTheMethodIsNoPartOf() {
        rule = (action, resource) -> action == Action.SEARCH ? Decision.ALLOWED : Decision.denied("by the test");
        guarded.collection(CONTEXT.with(Action.SEARCH), "books");
        for (Action wrong : List.of(Action.SEARCH, Action.CONNECT, Action.SHOW_COLLECTIONS)) {
            assertThatExceptionOfType(ElanusException.class)
                    .isThrownBy(() -> guarded.dropCollection(CONTEXT.with(wrong), "books"))
                    .withMessageContaining("may not DropCollection");
        }
    }

    @Test
    void renamingAndMovingAliasesNeedTheRightAtBothEnds() {
        rule = (action, resource) ->
                resource.collection().equals("secrets") ? Decision.denied("by the test") : Decision.ALLOWED;
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.renameCollection(CONTEXT, "books", "", "secrets"))
                .withMessageContaining("secrets");
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.alterAlias(CONTEXT, "books", "secrets"))
                .withMessageContaining("secrets");
        assertThat(reached).doesNotContain("renameCollection", "alterAlias");
        guarded.renameCollection(CONTEXT, "books", "", "novels");
        guarded.alterAlias(CONTEXT, "books", "tomes");
    }

    @Test
    void anAuthoriserThatFailsAllowsNothing() {
        rule = (action, resource) -> {
            throw new IllegalStateException("internals");
        };
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.rowCount(CONTEXT, "books", ""))
                .withMessage("user 'ann' may not GetStatistics on collection 'books' of database 'default'");
    }

    @Test
    void denialsAndChangedDefinitionsAreAnnounced() {
        rule = (action, resource) -> action == Action.CREATE_INDEX ? Decision.ALLOWED : Decision.denied("by the test");
        guarded.createIndex(CONTEXT, "tomes", new IndexSpec("v", "", "HNSW", "L2", Map.of()));
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> guarded.dropIndex(CONTEXT, "tomes", "v"));
        assertThat(events).hasSize(2);
        assertThat(events.poll()).isInstanceOfSatisfying(Event.DefinitionChanged.class, event -> {
            assertThat(event.user()).isEqualTo("ann");
            assertThat(event.operation()).isEqualTo("createIndex");
            assertThat(event.resource()).isEqualTo(Resource.collection("default", "books"));
        });
        assertThat(events.poll()).isInstanceOfSatisfying(Event.AccessDenied.class, event -> {
            assertThat(event.action()).isEqualTo(Action.DROP_INDEX);
            assertThat(event.reason()).isEqualTo("by the test");
        });
    }

    @Test
    void pluginsPassAndAnOpenDoorAsksNobody() throws Throwable {
        for (Method method : Database.class.getMethods()) {
            assertThat(call(guarded, method, CallContext.of(Principal.plugin("p")), "books"))
                    .as(method.getName())
                    .isNotInstanceOf(Throwable.class);
            assertThat(call(door(false), method, CallContext.of(Principal.ANONYMOUS), "books"))
                    .as(method.getName())
                    .isNotInstanceOf(Throwable.class);
        }
        assertThat(asked).isEmpty();
    }
}
