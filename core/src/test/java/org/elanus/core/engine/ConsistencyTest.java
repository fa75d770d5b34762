package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.elanus.core.engine.TestDatabase.CALL;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.database.MutationResult;
import org.elanus.spi.database.Principal;
import org.elanus.spi.database.QueryRequest;
import org.elanus.spi.database.QueryResult;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalOpener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What reads of each consistency level see, and what they wait for. */
@Timeout(60)
class ConsistencyTest {

    @TempDir
    private Path temporary;

    /** While there is one, appended records are durable only once it completes. */
    private final AtomicReference<CompletableFuture<Boolean>> gate =
            new AtomicReference<>(CompletableFuture.completedFuture(true));

    private final AtomicInteger appends = new AtomicInteger();
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = new TestDatabase(temporary);
        database.aroundLog = this::held;
        database.open();
        database.create("c", 1, Map.of());
    }

    @AfterEach
    void close() {
        gate.get().complete(true);
        database.close();
    }

    private WalOpener held(WalOpener opener) {
        return proxy(WalOpener.class, (handle, method, arguments) -> {
            Object result = call(opener, method, arguments);
            return result instanceof Wal wal ? proxy(Wal.class, countedAndHeld(wal)) : result;
        });
    }

    private InvocationHandler countedAndHeld(Wal wal) {
        return (handle, method, arguments) -> {
            CompletableFuture<Boolean> held = gate.get();
            Object result = call(wal, method, arguments);
            if (result instanceof CompletionStage<?> durable) {
                appends.incrementAndGet();
                return durable.thenCombine(held, (id, open) -> id);
            }
            return result;
        };
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private QueryResult read(CallContext context, Consistency consistency) {
        return database.database()
                .query(context, QueryRequest.of("c", "", QueryRequest.COUNT).withConsistency(consistency));
    }

    private static long count(QueryResult result) {
        return ((FixedColumn) result.rows().column(QueryRequest.COUNT)).getLong(0);
    }

    @ParameterizedTest
    @EnumSource(Consistency.Level.class)
    void whatOneClientWroteAnotherReadsAtEveryLevel(Consistency.Level level) {
        for (long id = 1; id <= 20; id++) {
            MutationResult written = database.upsert("c", 1, id);
            QueryResult read = read(CALL, new Consistency(level, 0));
            assertThat(count(read)).isEqualTo(id);
            assertThat(read.timestamp()).isGreaterThanOrEqualTo(written.timestamp());
        }
        database.delete("c", "id <= 10");
        assertThat(count(read(CALL, new Consistency(level, 0)))).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource(
            value = Consistency.Level.class,
            names = {"STRONG", "SESSION", "BOUNDED", "DEFAULT"})
    void readWithTheTimestampOfAWriteSeesThatWrite(Consistency.Level level) {
        for (long id = 1; id <= 20; id++) {
            long timestamp = database.upsert("c", 1, id).timestamp();
            QueryResult read = read(CALL, new Consistency(level, timestamp));
            assertThat(count(read)).isEqualTo(id);
            assertThat(read.timestamp()).isGreaterThanOrEqualTo(timestamp);
        }
    }

    @Test
    void strongAndSessionReadsWaitForWritesUnderWayAndOthersDoNot() throws Exception {
        database.upsert("c", 1, 1);
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        gate.set(closed);
        int before = appends.get();
        List<CompletableFuture<MutationResult>> writes = List.of(
                CompletableFuture.supplyAsync(() -> database.upsert("c", 1, 2)),
                CompletableFuture.supplyAsync(() -> database.upsert("c", 1, 3)));
        // Appends come one after the other, so the first of the two has its place in the log for certain.
        await().until(() -> appends.get() == before + 2);

        assertThat(count(read(CALL, Consistency.EVENTUAL))).isEqualTo(1);
        assertThat(count(read(CALL, Consistency.BOUNDED))).isEqualTo(1);

        List<CompletableFuture<Long>> reads = new ArrayList<>();
        for (Consistency waiting : List.of(Consistency.STRONG, new Consistency(Consistency.Level.SESSION, 0))) {
            reads.add(CompletableFuture.supplyAsync(() -> count(read(CALL, waiting))));
        }
        assertThat(writes).allSatisfy(write -> assertThat(write).isNotDone());
        closed.complete(true);
        for (CompletableFuture<MutationResult> write : writes) {
            assertThat(write.get().keys().rows()).isEqualTo(1);
        }
        for (CompletableFuture<Long> read : reads) {
            assertThat(read.get()).isBetween(2L, 3L);
        }
        assertThat(count(read(CALL, Consistency.STRONG))).isEqualTo(3);
    }

    @Test
    void timestampShortlyAheadIsWaitedFor() {
        database.upsert("c", 1, 1);
        long ahead = HybridClock.compose(database.clock.millis() + 300, 0);
        QueryResult read = read(CALL, new Consistency(Consistency.Level.SESSION, ahead));
        assertThat(count(read)).isEqualTo(1);
        assertThat(database.database().allocateTimestamp(CALL)).isGreaterThan(ahead);
    }

    @ParameterizedTest
    @EnumSource(
            value = Consistency.Level.class,
            names = {"STRONG", "SESSION", "BOUNDED", "DEFAULT"})
    void timestampFarAheadIsRefusedAtOnce(Consistency.Level level) {
        for (long ahead : new long[] {
            HybridClock.compose(database.clock.millis() + Duration.ofHours(1).toMillis(), 0), Long.MAX_VALUE, -1
        }) {
            assertThatThrownBy(() -> read(CALL, new Consistency(level, ahead)))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                    .hasMessageContaining(Long.toUnsignedString(ahead))
                    .hasMessageContaining("ahead of the server's clock");
        }
    }

    @Test
    void waitingEndsWithTheCall() {
        Consistency ahead =
                new Consistency(Consistency.Level.SESSION, HybridClock.compose(database.clock.millis() + 4_000, 0));
        CallContext cancelled =
                new CallContext(Principal.ANONYMOUS, "default", Long.MAX_VALUE, () -> true, Optional.empty(), "");
        assertThatThrownBy(() -> read(cancelled, ahead))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CANCELLED));
        CallContext late = new CallContext(
                Principal.ANONYMOUS, "default", database.clock.nanos() + 50_000_000, () -> false, Optional.empty(), "");
        assertThatThrownBy(() -> read(late, ahead))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.TIMEOUT));
    }
}
