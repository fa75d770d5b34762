package org.elanus.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.elanus.spi.database.SegmentInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeToLiveTest {

    private static final String TTL = "collection.ttl.seconds";

    @TempDir
    private Path temporary;

    private TestDatabase data;

    @BeforeEach
    void open() {
        data = new TestDatabase(temporary).open();
    }

    @AfterEach
    void close() {
        data.close();
    }

    private void alter(String collection, Map<String, String> set, List<String> remove) {
        data.database().alterCollection(TestDatabase.CALL, collection, set, remove);
    }

    private long storedRows(String collection) {
        return data.database().segments(TestDatabase.CALL, collection).stream()
                .mapToLong(SegmentInfo::rows)
                .sum();
    }

    @Test
    void expiredRowsAreInvisibleGrowingAndSealed() {
        data.create("ttl", 2, Map.of(TTL, "60"));
        data.upsert("ttl", 1, 1, 2, 3, 4);
        data.flush("ttl");
        data.clock.advance(Duration.ofSeconds(40));
        data.upsert("ttl", 2, 4, 5, 6);
        assertThat(data.rows("ttl")).isEqualTo(Map.of(1L, 1L, 2L, 1L, 3L, 1L, 4L, 2L, 5L, 2L, 6L, 2L));
        data.clock.advance(Duration.ofSeconds(25));
        assertThat(data.rows("ttl")).isEqualTo(Map.of(4L, 2L, 5L, 2L, 6L, 2L));
        data.clock.advance(Duration.ofSeconds(40));
        assertThat(data.rows("ttl")).isEmpty();
        assertThat(data.delete("ttl", "version > 0").count()).isZero();
        data.upsert("ttl", 3, 1);
        assertThat(data.rows("ttl")).isEqualTo(Map.of(1L, 3L));
        data.restart();
        assertThat(data.rows("ttl")).isEqualTo(Map.of(1L, 3L));
    }

    @Test
    void anExpiredVersionDoesNotBringAnOlderOneBack() {
        data.create("ttl", 1, Map.of(TTL, "10"));
        data.upsert("ttl", 1, 1);
        data.flush("ttl");
        data.clock.advance(Duration.ofSeconds(5));
        data.upsert("ttl", 2, 1);
        data.clock.advance(Duration.ofSeconds(11));
        assertThat(data.rows("ttl")).isEmpty();
        data.compact("ttl");
        assertThat(data.rows("ttl")).isEmpty();
    }

    @Test
    void propertyIsSetChangedAndDroppedOnALiveCollection() {
        data.create("ttl");
        data.upsert("ttl", 1, 1, 2);
        data.flush("ttl");
        data.upsert("ttl", 1, 3);
        data.clock.advance(Duration.ofSeconds(100));
        assertThat(data.rows("ttl")).hasSize(3);
        alter("ttl", Map.of(TTL, "99"), List.of());
        assertThat(data.rows("ttl")).isEmpty();
        alter("ttl", Map.of(TTL, "1000"), List.of());
        assertThat(data.rows("ttl")).hasSize(3);
        alter("ttl", Map.of(TTL, "99"), List.of());
        assertThat(data.rows("ttl")).isEmpty();
        for (String off : List.of("-1", "0", "3155760000")) {
            alter("ttl", Map.of(TTL, off), List.of());
            assertThat(data.rows("ttl")).as("time to live %s", off).hasSize(3);
        }
        alter("ttl", Map.of(TTL, "99"), List.of());
        alter("ttl", Map.of(), List.of(TTL));
        assertThat(data.rows("ttl")).hasSize(3);
        for (String wrong : List.of("-2", "3155760001", "soon")) {
            assertThatThrownBy(() -> alter("ttl", Map.of(TTL, wrong), List.of()))
                    .hasMessageContaining(TTL)
                    .hasMessageContaining("3155760000");
        }
    }

    @Test
    void flushAndCompactionRemoveExpiredRows() {
        data.create("ttl", 1, Map.of(TTL, "60"));
        data.upsert("ttl", 1, 1, 2, 3);
        data.flush("ttl");
        data.clock.advance(Duration.ofSeconds(50));
        data.upsert("ttl", 2, 4, 5);
        data.delete("ttl", "id == 5");
        data.flush("ttl");
        assertThat(storedRows("ttl")).isBetween(4L, 5L);
        data.upsert("ttl", 2, 6);
        data.clock.advance(Duration.ofSeconds(20));
        data.compact("ttl");
        assertThat(storedRows("ttl")).isEqualTo(2); // 4 and 6
        assertThat(data.rows("ttl")).isEqualTo(Map.of(4L, 2L, 6L, 2L));
        data.clock.advance(Duration.ofSeconds(60));
        data.flush("ttl");
        data.compact("ttl");
        assertThat(storedRows("ttl")).isZero();
        data.restart();
        assertThat(data.rows("ttl")).isEmpty();
        assertThat(data.check()).isEmpty();
    }

    /** Every operation at random against a map of versions and the times they were written at. */
    @Test
    void databaseIsAMapThatForgetsWithTime() {
        long seed = Long.getLong("elanus.seed", System.nanoTime());
        System.out.println("TimeToLiveTest: elanus.seed=" + seed);
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        data.create("ttl", 2, Map.of(TTL, "1050")); // between the steps of the clock
        record Row(long version, long second) {}
        Map<Long, Row> model = new TreeMap<>();
        long second = 0;
        for (int step = 0; step < 600; step++) {
            long id = random.nextInt(60);
            switch (random.nextInt(12)) {
                case 0 -> data.flush("ttl");
                case 1 -> data.compact("ttl");
                case 2 -> data.restart();
                case 3, 4 -> {
                    data.delete("ttl", random.nextBoolean() ? "id == " + id : "id == " + id + " and version >= 0");
                    model.remove(id);
                }
                case 5 -> {
                    long seconds = 100 * random.nextInt(5);
                    data.clock.advance(Duration.ofSeconds(seconds));
                    second += seconds;
                }
                default -> {
                    data.upsert("ttl", step, id, id + 1);
                    model.put(id, new Row(step, second));
                    model.put(id + 1, new Row(step, second));
                }
            }
            if (step % 5 == 0) {
                Map<Long, Long> expected = new TreeMap<>();
                long now = second;
                model.values().removeIf(row -> now - row.second > 1050);
                model.forEach((key, row) -> expected.put(key, row.version));
                assertThat(data.rows("ttl")).as("seed %d step %d", seed, step).isEqualTo(expected);
            }
        }
        assertThat(data.check()).isEmpty();
    }
}
