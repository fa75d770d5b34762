package org.elanus.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.SystemClock;
import org.elanus.spi.event.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventBusTest {

    private final HostThreads threads = new HostThreads();

    @Test
    void everyListenerHearsInOrder() {
        EventBus bus = new EventBus(100);
        List<Queue<Long>> heard = new ArrayList<>();
        List<EventBus.Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Queue<Long> queue = new ConcurrentLinkedQueue<>();
            heard.add(queue);
            subscriptions.add(bus.subscribe("l" + i, event -> queue.add(event.millis()), threads));
        }
        LongStream.range(0, 50).forEach(millis -> bus.accept(event(millis)));

        Awaitility.await().until(() -> heard.stream().allMatch(queue -> queue.size() == 50));
        assertThat(heard).allSatisfy(queue -> assertThat(List.copyOf(queue)).isSorted());
        subscriptions.forEach(EventBus.Subscription::close);
    }

    @Test
    void slowListenerLosesEventsThatAreCountedAndNobodyWaits() throws Exception {
        EventBus bus = new EventBus(3);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        Queue<Long> heard = new ConcurrentLinkedQueue<>();
        EventBus.Subscription slow = bus.subscribe(
                "slow",
                event -> {
                    busy.countDown();
                    awaitQuietly(free);
                    heard.add(event.millis());
                },
                threads);
        bus.accept(event(0));
        busy.await();
        LongStream.range(1, 11).forEach(millis -> bus.accept(event(millis)));
        assertThat(slow.dropped()).isEqualTo(7);
        free.countDown();
        Awaitility.await().untilAsserted(() -> assertThat(heard).containsExactly(0L, 1L, 2L, 3L));
        slow.close();
        assertThat(slow.awaitEnded(new SystemClock(), Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void whatAListenerThrowsDoesNotEndIt() {
        EventBus bus = new EventBus();
        Queue<Long> heard = new ConcurrentLinkedQueue<>();
        EventBus.Subscription subscription = bus.subscribe(
                "weak",
                event -> {
                    heard.add(event.millis());
                    throw new StackOverflowError();
                },
                threads);
        bus.accept(event(1));
        bus.accept(event(2));

        Awaitility.await().untilAsserted(() -> assertThat(heard).containsExactly(1L, 2L));
        subscription.close();
    }

    @Test
    void closedListenerHearsNothing() throws Exception {
        EventBus bus = new EventBus();
        Queue<Long> heard = new ConcurrentLinkedQueue<>();
        EventBus.Subscription subscription = bus.subscribe("gone", event -> heard.add(event.millis()), threads);
        subscription.close();
        bus.accept(event(1));

        assertThat(subscription.awaitEnded(new SystemClock(), Duration.ofSeconds(10)))
                .isTrue();
        assertThat(heard).isEmpty();
        Awaitility.await().until(() -> threads.running().isEmpty());
    }

    private static Event event(long millis) {
        return new Event.PluginStopped(millis, "p");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
