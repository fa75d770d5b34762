package org.elanus.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MeasurementQueueTest {

    private static final Measured.Call CALL = new Measured.Call(new MeteredOperation("search", true), null);

    @Test
    void whatDoesNotFitIsNotTaken() {
        MeasurementQueue queue = new MeasurementQueue(4);
        for (int i = 0; i < 4; i++) {
            assertThat(queue.offer(CALL, i)).isTrue();
        }
        assertThat(queue.offer(CALL, 4)).isFalse();
        List<Long> taken = new ArrayList<>();
        assertThat(queue.drain((measured, nanos) -> taken.add(nanos))).isEqualTo(4);
        assertThat(taken).containsExactly(0L, 1L, 2L, 3L);
        assertThat(queue.offer(CALL, 5)).isTrue();
        assertThat(queue.drain((measured, nanos) -> taken.add(nanos))).isEqualTo(1);
        assertThat(taken).endsWith(5L);
    }

    @Test
    void manyThreadsPutAndEveryMeasurementIsTakenOnceWithItsOwnDuration() throws InterruptedException {
        MeasurementQueue queue = new MeasurementQueue(1024);
        int writers = 4;
        int each = 50_000;
        long[] counts = new long[writers * each];
        AtomicLong taken = new AtomicLong();
        CountDownLatch done = new CountDownLatch(writers);
        for (int w = 0; w < writers; w++) {
            int first = w * each;
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    while (!queue.offer(CALL, first + i)) {
                        Thread.onSpinWait();
                    }
                }
                done.countDown();
            });
        }
        while (taken.get() < counts.length) {
            taken.addAndGet(queue.drain((measured, nanos) -> counts[(int) nanos]++));
        }
        done.await();
        assertThat(counts).containsOnly(1L);
    }
}
