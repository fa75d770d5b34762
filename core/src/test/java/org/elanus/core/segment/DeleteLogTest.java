package org.elanus.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.elanus.spi.index.RowFilter;
import org.junit.jupiter.api.Test;

class DeleteLogTest {

    /** Also when older deletes come late, as they do when the deletes of several merged segments are applied. */
    @Test
    void everyMomentShowsItsOwnRows() {
        long seed = new Random().nextLong();
        System.out.println("DeleteLogTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            DeleteLog log = new DeleteLog();
            Map<Integer, Long> deleted = new HashMap<>();
            Visibility visibility = Visibility.ALL;
            int rows = 200 + random.nextInt(300);
            long now = 0;
            for (int step = 0; step < 100; step++) {
                for (int i = random.nextInt(3); i > 0; i--) {
                    int row = random.nextInt(200);
                    if (!log.contains(row)) {
                        now += random.nextInt(2);
                        long timestamp = random.nextInt(15) == 0 ? random.nextLong(now + 1) : now;
                        log.add(row, timestamp);
                        deleted.put(row, timestamp);
                    }
                }
                log.publish();
                DeleteLog.State state = log.state();
                long at = random.nextBoolean() ? now : random.nextLong(now + 1);
                int count = state.countUntil(at);
                int reached = random.nextInt(3) == 0 ? 200 + random.nextInt(rows - 199) : rows;
                visibility = visibility.at(state, count, reached);
                RowFilter filter = visibility.filter();
                int visible = 0;
                for (int row = 0; row < reached; row++) {
                    boolean expected = !deleted.containsKey(row) || deleted.get(row) > at;
                    visible += expected ? 1 : 0;
                    assertThat(filter == null || filter.passes(row))
                            .as("row %d at %d", row, at)
                            .isEqualTo(expected);
                }
                if (filter != null) {
                    assertThat(filter.cardinality()).isEqualTo(visible);
                    int set = 0;
                    for (long word : filter.words()) {
                        set += Long.bitCount(word);
                    }
                    assertThat(set).as("bits behind the rows are zero").isEqualTo(visible);
                }
            }
        }
    }

    @Test
    void stateThatWasTakenDoesNotChange() {
        DeleteLog log = new DeleteLog();
        log.add(3, 10);
        log.publish();
        DeleteLog.State before = log.state();
        log.add(4, 5);
        assertThat(log.state()).isSameAs(before);
        log.publish();
        assertThat(before.countUntil(10)).isEqualTo(1);
        assertThat(before.rows()[0]).isEqualTo(3);
        assertThat(log.state().countUntil(9)).isEqualTo(1);
        assertThat(log.state().rows()[0]).isEqualTo(4);
        assertThat(log.state().generation()).isNotEqualTo(before.generation());
    }
}
