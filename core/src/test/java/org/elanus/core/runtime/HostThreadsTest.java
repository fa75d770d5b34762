package org.elanus.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.elanus.spi.runtime.Threads;
import org.junit.jupiter.api.Test;

class HostThreadsTest {

    private final ClassLoader loader = new ClassLoader() {};
    private final HostThreads threads = new HostThreads("plugin-x/", loader);

    @Test
    void threadsAreNamedDaemonsWithTheOwnersClassLoader() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicReference<ClassLoader> seen = new AtomicReference<>();
        Thread thread = threads.start("writer", () -> {
            seen.set(Thread.currentThread().getContextClassLoader());
            try {
                go.await();
            } catch (InterruptedException _) {
                // Ends.
            }
        });
        await().until(() -> threads.running().contains(thread));
        assertThat(thread.getName()).isEqualTo("plugin-x/writer");
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.isVirtual()).isFalse();
        go.countDown();
        thread.join();
        assertThat(seen.get()).isSameAs(loader);
        assertThat(threads.running()).isEmpty();
        Thread virtual = threads.startVirtual("v", () -> {});
        assertThat(virtual.isVirtual()).isTrue();
        virtual.join();
    }

    @Test
    void poolsAndExecutorsNameTheirThreads() throws Exception {
        try (ExecutorService pool = threads.pool("build", 2);
                ExecutorService virtual = threads.virtualExecutor("call")) {
            assertThat(pool.submit(() -> Thread.currentThread().getName()).get())
                    .isEqualTo("plugin-x/build-0");
            assertThat(virtual.submit(() -> Thread.currentThread().getName()).get())
                    .isEqualTo("plugin-x/call-0");
            assertThat(virtual.submit(() -> Thread.currentThread().isVirtual()).get())
                    .isTrue();
        }
        await().untilAsserted(() -> assertThat(threads.running()).isEmpty());
    }

    @Test
    void aRepeatedTaskRunsAgainAfterFailuresUntilClosed() {
        AtomicInteger runs = new AtomicInteger();
        try (Threads.Repeating _ = threads.repeat("tick", Duration.ofMillis(1), () -> {
            if (runs.incrementAndGet() == 2) {
                throw new IllegalStateException("on purpose");
            }
        })) {
            await().until(() -> runs.get() > 5);
        }
        assertThat(threads.running()).isEmpty();
    }

    @Test
    void wakingRunsTheTaskNowAndClosingWaitsForTheRun() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger finished = new AtomicInteger();
        Threads.Repeating repeating = threads.repeat("rare", Duration.ofHours(1), () -> {
            began.countDown();
            try {
                go.await();
            } catch (InterruptedException _) {
                return;
            }
            finished.incrementAndGet();
        });
        repeating.wake();
        began.await();
        Thread closer = Thread.ofPlatform().start(repeating::close);
        await().until(() -> closer.getState() == Thread.State.WAITING);
        assertThat(finished).hasValue(0);
        go.countDown();
        closer.join();
        assertThat(finished).hasValue(1);
        repeating.close();
    }

    @Test
    void aRepeatedTaskMayCloseItself() {
        AtomicReference<Threads.Repeating> self = new AtomicReference<>();
        Threads.Repeating repeating =
                threads.repeat("once", Duration.ofHours(1), () -> self.get().close());
        self.set(repeating);
        repeating.wake();
        await().until(() -> threads.running().isEmpty());
        repeating.close();
    }
}
