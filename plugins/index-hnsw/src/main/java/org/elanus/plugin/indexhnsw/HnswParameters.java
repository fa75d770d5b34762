package org.elanus.plugin.indexhnsw;

import java.util.List;
import java.util.Map;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.index.IndexParameter;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a build.
 *
 * @param m how many neighbours a new node chooses; a list keeps up to {@code m} of them, on level 0 twice as many
 * @param efConstruction how many candidates are kept while the neighbours of a new node are looked for
 * @param codes what the walk reads; null when the build chooses
 */
record HnswParameters(int m, int efConstruction, @Nullable Codes codes) {

    static final String M = "M";
    static final String EF_CONSTRUCTION = "efConstruction";
    static final String EF = "ef";
    static final String CODES = "codes";
    private static final String AUTO = "auto";

    static final int MIN_M = 2;
    static final int MAX_M = 2048;
    static final int MAX_EF = 32_768;

    /** The pool of a search that does not say {@code ef}; a larger k raises it. */
    static final int DEFAULT_EF = 64;

    /** Below these a scan, or the vectors themselves, are as quick. */
    private static final int FEWEST_FUSED = 1_000;

    private static final int SMALLEST_FUSED_DIMENSION = 32;

    static final List<IndexParameter> BUILD = List.of(
            IndexParameter.integer(
                    M,
                    MIN_M,
                    MAX_M,
                    "30",
                    "Neighbours a new node chooses; more give better recall for more memory and a slower build."),
            IndexParameter.integer(
                    EF_CONSTRUCTION,
                    1,
                    Integer.MAX_VALUE,
                    "360",
                    "Candidates kept while neighbours are chosen; more give a better graph and a slower build."),
            IndexParameter.text(
                    CODES,
                    List.of(AUTO, Codes.NONE.toString(), Codes.FUSED.toString()),
                    AUTO,
                    "What a walk reads of the rows around it: their vectors (none), one bit for each dimension from a"
                            + " record of its own (fused), or what the build finds to serve better (auto)."));

    static final List<IndexParameter> SEARCH = List.of(IndexParameter.integer(
            EF,
            1,
            MAX_EF,
            null,
            "Candidates kept by a search, k or more; more give better recall and a slower search."));

    static HnswParameters of(Map<String, String> parameters) {
        int m = integer(parameters, M, MIN_M, MAX_M, 30);
        return new HnswParameters(
                m, integer(parameters, EF_CONSTRUCTION, 1, Integer.MAX_VALUE, 360), codes(parameters.get(CODES)));
    }

    private static @Nullable Codes codes(@Nullable String text) {
        if (text == null || text.equals(AUTO)) {
            return null;
        }
        for (Codes codes : Codes.values()) {
            if (codes.toString().equals(text)) {
                return codes;
            }
        }
        throw ElanusException.invalid("%s is one of auto, none, fused, not '%s'", CODES, text);
    }

    /**
     * The shape of fused records over rows of so many dimensions; null when there are none to be.
     *
     * @param walkDimension as the walk sees the rows, which may be one more
     */
    @Nullable
    RecordShape records(int rows, int dimension, int walkDimension) {
        int degree = RecordShape.degree(2 * m);
        // Decided by the dimension itself, so that an estimate, which does not know the metric, decides the same.
        boolean possible = dimension < RecordShape.MAX_DIMENSION && degree <= RecordShape.MAX_DEGREE && rows > 1;
        boolean wanted =
                codes == Codes.FUSED || codes == null && rows >= FEWEST_FUSED && dimension >= SMALLEST_FUSED_DIMENSION;
        return possible && wanted ? new RecordShape(walkDimension, degree) : null;
    }

    /** How many candidates a search keeps. Allocates nothing when all is well. */
    static int ef(Map<String, String> parameters, int k) {
        if (k < 1) {
            throw ElanusException.invalid("k is 1 or more, not %d", k);
        }
        int ef = integer(parameters, EF, 1, MAX_EF, Math.max(k, DEFAULT_EF));
        if (ef < k) {
            throw ElanusException.invalid("ef (%d) must not be smaller than k (%d)", ef, k);
        }
        return ef;
    }

    private static int integer(Map<String, String> parameters, String name, int min, int max, int defaultValue) {
        @Nullable String text = parameters.get(name);
        if (text == null) {
            return defaultValue;
        }
        int value;
        try {
            value = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw ElanusException.invalid("%s is a whole number from %d to %d, not '%s'", name, min, max, text);
        }
        if (value < min || value > max) {
            throw ElanusException.invalid("%s is from %d to %d, not %d", name, min, max, value);
        }
        return value;
    }
}
