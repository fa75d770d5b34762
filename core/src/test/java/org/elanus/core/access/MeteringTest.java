package org.elanus.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.elanus.core.metrics.CollectionNames;
import org.elanus.core.metrics.Meter;
import org.elanus.core.metrics.Reporting;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Resource;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MeteringTest {

    private static final Resource BOOKS = Resource.collection("default", "books");

    private final Seams seams = Seams.system();
    private final Set<String> collections = ConcurrentHashMap.newKeySet();
    private final Meter meter = new Meter(10);
    private final Metering metering = new Metering(meter, seams.clock());
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final Reporting reporting = meter.reporting("test", new Told(), seams.clock());

    private final class Told implements MetricsReporter {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public void queryFinished(String collection, String operationType, long nanos) {
            told.add("query " + collection + " " + operationType);
        }

        @Override
        public void callFinished(String operation, long nanos) {
            told.add("call " + operation + (nanos < 0 ? " ended before it began" : ""));
        }

        @Override
        public void indexOperation(String collection, String indexType, String status) {}

        @Override
        public void error(String operation, String errorType) {
            told.add("error " + operation + " " + errorType);
        }

        @Override
        public void collectionRemoved(String collection) {
            told.add("removed " + collection);
        }
    }

    @BeforeEach
    void begin() {
        collections.add("books");
        meter.names(new CollectionNames() {
            @Override
            public @Nullable String label(String database, String collection) {
                return collections.contains(collection) ? collection : null;
            }

            @Override
            public Collection<String> labels() {
                return collections;
            }
        });
        meter.begin(reporting, seams.threads());
    }

    @AfterEach
    void end() {
        meter.end(reporting);
    }

    private List<String> told() {
        reporting.samples();
        return List.copyOf(told);
    }

    private void call(Operation operation, Resource resource, @Nullable Action asked, Step next, Runnable body) {
        CallContext context = CallContext.of(Principal.ANONYMOUS).with(asked);
        Call call = new Call(
                context, operation, operation.action(), resource, resource, "", seams.clock().nanos());
        new Chain(List.of(metering, next)).run(call, passed -> {
            body.run();
            return true;
        });
    }

    private void call(Operation operation, Resource resource, Runnable body) {
        call(operation, resource, null, new Step() {}, body);
    }

    private static ElanusException failure(StandardErrorCode code) {
        return new ElanusException(code, "x");
    }

    @Test
    void aCallIsMeasuredOnce() {
        call(Operation.HYBRID_SEARCH, BOOKS, () -> assertThat(meter.running()).isEqualTo(1));
        call(Operation.COLLECTIONS, Resource.database("default"), () -> {});
        assertThat(told()).containsExactly("call hybrid_search", "query books hybrid_search", "call list_collections");
        assertThat(meter.running()).isZero();
    }

    @Test
    void whatACallFailsWithIsCountedBesideIt() {
        assertThatThrownBy(() -> call(Operation.SEARCH, BOOKS, () -> {
                    throw failure(StandardErrorCode.TIMEOUT);
                }))
                .hasMessage("x");
        assertThat(told()).containsExactly("call search", "query books search", "error search timeout");
        assertThat(meter.running()).isZero();
    }

    @Test
    void aLookUpOnBehalfOfASearchFailsAsASearch() {
        assertThatThrownBy(() -> call(
                        Operation.COLLECTION,
                        Resource.collection("default", "missing"),
                        Action.SEARCH,
                        new Step() {},
                        () -> {
                            throw failure(StandardErrorCode.COLLECTION_NOT_FOUND);
                        }))
                .hasMessage("x");
        assertThat(told()).containsExactly("call describe_collection", "error search collection_not_found");
    }

    @Test
    void whatIsDeniedIsCountedOnceWhereverItIsAnnounced() {
        Step denying = new Step() {
            @Override
            public Call enter(Call call) {
                metering.refused(new Event.AccessDenied(1, "eve", Action.SEARCH, BOOKS, "", "because"));
                throw failure(StandardErrorCode.PERMISSION_DENIED);
            }
        };
        assertThatThrownBy(() -> call(Operation.SEARCH, BOOKS, null, denying, () -> {}))
                .hasMessage("x");
        metering.refused(new Event.SignInRefused(1, "eve", "127.0.0.1", "wrong"));
        assertThat(told())
                .containsExactlyInAnyOrder(
                        "error search permission_denied",
                        "call search",
                        "query books search",
                        "error sign_in unauthenticated");
    }

    @Test
    void aDroppedCollectionIsForgotten() {
        call(Operation.INSERT, BOOKS, () -> {});
        assertThat(told()).contains("query books insert");
        call(Operation.DROP_COLLECTION, BOOKS, () -> collections.remove("books"));
        call(Operation.INSERT, BOOKS, () -> {});
        assertThat(told())
                .containsSubsequence("call drop_collection", "removed books", "query unknown insert");
    }

    @Test
    void aDropThatFailsForgetsNothing() {
        call(Operation.INSERT, BOOKS, () -> {});
        assertThatThrownBy(() -> call(Operation.DROP_COLLECTION, BOOKS, () -> {
                    throw failure(StandardErrorCode.IO_FAILURE);
                }))
                .hasMessage("x");
        assertThat(told()).doesNotContain("removed books").contains("error drop_collection io_failure");
    }

    @Test
    void whatAnEndpointSaysIsCountedUnlessTheDatabaseHasThrownIt() {
        ElanusException thrown = failure(StandardErrorCode.TIMEOUT);
        assertThatThrownBy(() -> call(Operation.SEARCH, BOOKS, () -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
        metering.failed(Action.SEARCH, thrown);
        metering.failed(Action.SEARCH, failure(StandardErrorCode.INVALID_ARGUMENT));
        metering.failed(Action.INSERT, failure(StandardErrorCode.PERMISSION_DENIED));
        assertThat(told())
                .filteredOn(line -> line.startsWith("error"))
                .containsExactly("error search timeout", "error search invalid_argument");
    }
}
