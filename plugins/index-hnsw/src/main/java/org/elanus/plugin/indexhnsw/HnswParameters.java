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
 */
record HnswParameters(int m, int efConstruction) {

    static final String M = "M";
    static final String EF_CONSTRUCTION = "efConstruction";
    static final String EF = "ef";

    static final int MIN_M = 2;
    static final int MAX_M = 2048;
    static final int MAX_EF = 32_768;

    /** The pool of a search that does not say {@code ef}; a larger k raises it. */
    static final int DEFAULT_EF = 64;

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
                    "Candidates kept while neighbours are chosen; more give a better graph and a slower build."));

    static final List<IndexParameter> SEARCH = List.of(IndexParameter.integer(
            EF,
            1,
            MAX_EF,
            null,
            "Candidates kept by a search, k or more; more give better recall and a slower search."));

    static HnswParameters of(Map<String, String> parameters) {
        int m = integer(parameters, M, MIN_M, MAX_M, 30);
        return new HnswParameters(m, integer(parameters, EF_CONSTRUCTION, 1, Integer.MAX_VALUE, 360));
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
