package org.elanus.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WordsTest {

    private final Words words = Words.load();

    @Test
    void shippedWordsHaveVectorsOfLengthOne() {
        assertThat(words.size()).isEqualTo(20_000);
        assertThat(words.dimension()).isEqualTo(100);
        for (int row = 0; row < words.size(); row += 997) {
            assertThat(words.similarity(row, row)).isCloseTo(1f, within(1e-5f));
        }
    }

    @Test
    void wordsThatMeanTheSameAreNear() {
        int map = words.names().indexOf("HashMap");

        assertThat(words.similarity(map, words.names().indexOf("TreeMap")))
                .isGreaterThan(words.similarity(map, words.names().indexOf("socket")) + 0.2f);
    }

    @Test
    void exactNeighboursCountThemselvesAsCorrect() {
        int query = 42;
        float tenth = ExactNeighbours.kthSimilarity(words, query, 10);
        long[] nearest = new long[10];
        int found = 0;
        for (int row = 0; row < words.size() && found < 10; row++) {
            if (words.similarity(query, row) >= tenth) {
                nearest[found++] = row;
            }
        }

        assertThat(found).isEqualTo(10);
        assertThat(ExactNeighbours.correct(words, query, nearest, tenth)).isEqualTo(10);
        assertThat(ExactNeighbours.correct(words, query, new long[] {nearest[0], nearest[0], -1, 1 << 30}, tenth))
                .isEqualTo(1);
    }
}
