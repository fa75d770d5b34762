package org.elanus.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import org.elanus.core.registry.Registry.Lease;
import org.elanus.core.registry.Registry.Registration;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.EventListener;
import org.elanus.spi.runtime.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegistryTest {

    private final Registry registry = new Registry();

    @Test
    void leasesWhatWasRegistered() {
        EventListener listener = event -> {};
        registry.register(EventListener.class, "audit", listener, "alpha");

        try (Lease<EventListener> lease = registry.lease(EventListener.class, "audit")) {
            assertThat(lease.get()).isSameAs(listener);
            assertThat(lease.plugin()).isEqualTo("alpha");
            assertThat(lease.name()).isEqualTo("audit");
        }
        assertThat(registry.names(EventListener.class)).containsExactly("audit");
        assertThat(registry.names(Runnable.class)).isEmpty();
    }

    @Test
    void duplicateNamesBothPlugins() {
        registry.register(Runnable.class, "x", () -> {}, "alpha");

        assertThatThrownBy(() -> registry.register(Runnable.class, "x", () -> {}, "beta"))
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID))
                .hasMessageContainingAll("'alpha'", "'beta'", "'x'");
    }

    @Test
    void unknownNameListsWhatIsAvailableAndSuggests() {
        registry.register(Runnable.class, "HNSW", () -> {}, "alpha");
        registry.register(Runnable.class, "IVF", () -> {}, "alpha");

        assertThatThrownBy(() -> registry.lease(Runnable.class, "HSNW"))
                .isInstanceOfSatisfying(
                        ElanusException.class, e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessage("there is no runnable 'HSNW'; available: HNSW, IVF; did you mean 'HNSW'?");
        assertThatThrownBy(() -> registry.lease(EventListener.class, "x"))
                .hasMessage("there is no event listener 'x'; no plugin contributes one");
    }

    @Test
    void withdrawnIsHiddenAtOnceAndDrainedWithItsLastLease() throws Exception {
        Registration registration = registry.register(Runnable.class, "x", () -> {}, "alpha");
        Lease<Runnable> first = registry.lease(Runnable.class, "x");
        Lease<Runnable> second = registry.leases(Runnable.class).getFirst();
        registration.withdraw();

        assertThat(registry.names(Runnable.class)).isEmpty();
        assertThat(registry.leases(Runnable.class)).isEmpty();
        assertThatThrownBy(() -> registry.lease(Runnable.class, "x")).isInstanceOf(ElanusException.class);
        first.get().run();
        first.close();
        first.close();
        assertThat(registration.leases()).isEqualTo(1);
        assertThat(registration.awaitDrained(new WallClock(), Duration.ofMillis(1)))
                .isFalse();
        second.close();
        assertThat(registration.awaitDrained(new WallClock(), Duration.ZERO)).isTrue();
        assertThatThrownBy(first::get).isInstanceOf(ElanusException.class).hasMessageContaining("closed");
    }

    @Test
    void drainWaitsForAnotherThreadsLease() throws Exception {
        Registration registration = registry.register(Runnable.class, "x", () -> {}, "alpha");
        Lease<Runnable> lease = registry.lease(Runnable.class, "x");
        registration.withdraw();
        Thread closer = Thread.startVirtualThread(lease::close);

        assertThat(registration.awaitDrained(new WallClock(), Duration.ofSeconds(30)))
                .isTrue();
        closer.join();
    }

    @Test
    void withdrawnNameIsFreeForASuccessor() {
        Registration old = registry.register(Runnable.class, "x", () -> {}, "alpha");
        old.withdraw();
        registry.register(Runnable.class, "x", () -> {}, "beta");
        old.withdraw();

        assertThat(registry.names(Runnable.class)).containsExactly("x");
    }

    @Test
    void nobodyHoldsALeaseOnceDrained() throws Exception {
        for (int round = 0; round < 200; round++) {
            AtomicBoolean drained = new AtomicBoolean();
            AtomicInteger usedAfterDrain = new AtomicInteger();
            Registration registration = registry.register(
                    Runnable.class,
                    "x",
                    () -> {
                        if (drained.get()) {
                            usedAfterDrain.incrementAndGet();
                        }
                    },
                    "alpha");
            CountDownLatch done = new CountDownLatch(4);
            for (int reader = 0; reader < 4; reader++) {
                Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 50; i++) {
                        for (Lease<Runnable> lease : registry.leases(Runnable.class)) {
                            lease.get().run();
                            lease.close();
                        }
                    }
                    done.countDown();
                });
            }
            registration.withdraw();
            assertThat(registration.awaitDrained(new WallClock(), Duration.ofSeconds(30)))
                    .isTrue();
            drained.set(true);
            done.await();
            assertThat(usedAfterDrain).hasValue(0);
        }
    }

    private static final class WallClock implements Clock {

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
        }

        @Override
        public long await(Condition condition, long nanos) throws InterruptedException {
            return condition.awaitNanos(nanos);
        }
    }
}
