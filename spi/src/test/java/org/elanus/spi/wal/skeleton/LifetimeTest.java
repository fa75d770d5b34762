package org.elanus.spi.wal.skeleton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LifetimeTest {

    private final List<String> released = new ArrayList<>();

    @Test
    void closingTheOutermostReleasesFromTheInsideOutLastOpenedFirst() {
        Lifetime opener = named(new Lifetime("opener"), "opener");
        Lifetime handle = named(opener.inner("handle"), "handle");
        named(handle.inner("first"), "first");
        named(handle.inner("second"), "second");
        opener.close();
        assertThat(released).containsExactly("second", "first", "handle", "opener");
        opener.close();
        handle.close();
        assertThat(released).hasSize(4);
    }

    @Test
    void closingAnInnerOneLeavesTheOuterOpenAndIsForgottenThere() {
        Lifetime opener = named(new Lifetime("opener"), "opener");
        named(opener.inner("handle"), "handle").close();
        assertThat(opener.openInside()).isZero();
        opener.requireOpen();
        opener.close();
        assertThat(released).containsExactly("handle", "opener");
    }

    @Test
    void nothingIsOpenedInsideAClosedOne() {
        Lifetime opener = new Lifetime("opener of the log 'x'");
        opener.close();
        assertThat(opener.isClosed()).isTrue();
        assertThatThrownBy(() -> opener.inner("handle"))
                .hasMessage("opener of the log 'x' is closed")
                .extracting(e -> ((ElanusException) e).code())
                .isEqualTo(StandardErrorCode.CLOSED);
    }

    @Test
    void whatIsClosedWhileItIsMadeIsReleasedByItsMaker() {
        Lifetime opener = new Lifetime("opener");
        Lifetime handle = opener.inner("handle");
        opener.close();
        assertThatThrownBy(() -> named(handle, "handle")).hasMessage("handle is closed");
        assertThat(released).containsExactly("handle");
    }

    @Test
    void everyFailureIsKeptAndEverythingIsReleasedAllTheSame() {
        Lifetime opener = named(new Lifetime("opener"), "opener");
        for (String name : List.of("a", "b")) {
            opener.inner(name).releasing(() -> {
                released.add(name);
                throw new IllegalStateException(name);
            });
        }
        assertThatThrownBy(opener::close)
                .hasMessage("b")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(released).containsExactly("b", "a", "opener");
    }

    @Test
    void anotherThreadThatClosesWaitsForTheEnd() throws Exception {
        Lifetime opener = new Lifetime("opener");
        CountDownLatch releasing = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger order = new AtomicInteger();
        opener.releasing(() -> {
            releasing.countDown();
            await(go);
            order.compareAndSet(0, 1);
        });
        Thread first = Thread.startVirtualThread(opener::close);
        await(releasing);
        Thread second = Thread.startVirtualThread(() -> {
            opener.close();
            order.compareAndSet(1, 2);
        });
        go.countDown();
        first.join();
        second.join();
        assertThat(order).hasValue(2);
    }

    @Test
    void neitherTheReleaseItselfNorTheThreadItWaitsForWaitsForIt() throws Exception {
        Lifetime handle = new Lifetime("handle");
        CountDownLatch closing = new CountDownLatch(1);
        Thread worker = Thread.ofVirtual().unstarted(() -> {
            await(closing);
            handle.close();
        });
        handle.workedBy(worker);
        worker.start();
        handle.releasing(() -> {
            handle.close();
            closing.countDown();
            assertThat(join(worker)).isTrue();
        });
        handle.close();
    }

    private Lifetime named(Lifetime lifetime, String name) {
        lifetime.releasing(() -> released.add(name));
        return lifetime;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean join(Thread thread) {
        try {
            thread.join();
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
