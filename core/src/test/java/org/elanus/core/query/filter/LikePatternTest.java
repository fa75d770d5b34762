package org.elanus.core.query.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LikePatternTest {

    @Test
    void matchesWhatANaiveMatcherMatches() {
        long seed = Long.getLong("elanus.test.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 200_000; i++) {
            int[] pattern = random.ints(random.nextInt(9), 0, 6).toArray();
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(12), 0, 4).forEach(c -> text.appendCodePoint(LETTERS[c]));
            StringBuilder written = new StringBuilder();
            for (int c : pattern) {
                written.appendCodePoint(c < 4 ? LETTERS[c] : c == 4 ? '%' : '_');
            }
            boolean expected = naive(pattern, 0, text.codePoints().toArray(), 0);
            assertThat(matches(written.toString(), text.toString()))
                    .as("seed %d: '%s' like '%s'", seed, text, written)
                    .isEqualTo(expected);
        }
    }

    private static final int[] LETTERS = {'a', 'b', 'é', 0x1f600};

    private static boolean naive(int[] pattern, int p, int[] text, int t) {
        if (p == pattern.length) {
            return t == text.length;
        }
        if (pattern[p] == 4) {
            for (int rest = t; rest <= text.length; rest++) {
                if (naive(pattern, p + 1, text, rest)) {
                    return true;
                }
            }
            return false;
        }
        return t < text.length
                && (pattern[p] == 5 || text[t] == LETTERS[pattern[p]])
                && naive(pattern, p + 1, text, t + 1);
    }

    @Test
    void backslashTakesSpecialCharactersLiterally() {
        assertThat(matches("100\\%", "100%")).isTrue();
        assertThat(matches("100\\%", "1000")).isFalse();
        assertThat(matches("a\\_b", "a_b")).isTrue();
        assertThat(matches("a\\_b", "axb")).isFalse();
        assertThat(matches("a\\\\%", "a\\xyz")).isTrue();
        assertThat(matches("a\\b", "a\\b")).isTrue();
        assertThat(matches("a\\", "a\\")).isTrue();
    }

    @Test
    @Timeout(20)
    void hardPatternsTakeNoLongerThanLinearTime() {
        String text = "a".repeat(60_000);
        String letters = "%a".repeat(10_000) + "%b%";
        String almost = "%" + "a".repeat(30_000) + "b%";
        for (int i = 0; i < 200; i++) {
            assertThat(matches(letters, text)).isFalse();
            assertThat(matches(almost, text)).isFalse();
            assertThat(matches("%a%b%c%d%e%", text)).isFalse();
        }
        assertThat(matches("%" + "_a".repeat(500) + "b%", text)).isFalse();
    }

    @Test
    void refusesAPieceWithWildcardsThatWouldTakeLong() {
        assertThatThrownBy(() -> new LikePattern("%" + "_a".repeat(1000) + "%")).hasMessageContaining("at most 1024");
    }

    private static boolean matches(String pattern, String text) {
        byte[] bytes = Utf8.encode("<" + text + ">");
        return new LikePattern(pattern).matches(MemorySegment.ofArray(bytes), 1, bytes.length - 2);
    }
}
