package org.elanus.core.query.filter;

import java.util.List;

/** Kernels of {@code and}, {@code or}, {@code not} and constants, in three-valued logic. */
final class BooleanKernels {

    private BooleanKernels() {}

    /** The same for every row. */
    static final class Always extends Kernel {

        private final boolean value;

        Always(boolean value) {
            this.value = value;
        }

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            for (int w = 0; w < words(rows); w++) {
                matched[w] = value ? active[w] : 0;
                unknown[w] = 0;
            }
        }
    }

    static final class Not extends Kernel {

        private final Kernel kernel;

        Not(Kernel kernel) {
            this.kernel = kernel;
        }

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            kernel.evaluate(firstRow, rows, active, matched, unknown);
            for (int w = 0; w < words(rows); w++) {
                matched[w] = active[w] & ~matched[w] & ~unknown[w];
            }
        }
    }

    /** Each condition looks only at rows that none before it decided. */
    static final class AllOf extends Kernel {

        private final Kernel[] kernels;
        /** Unknown need not be told from false, so that unknown decides too. */
        private final boolean truthOnly;

        private final long[] left = new long[BLOCK_WORDS];
        private final long[] itsMatched = new long[BLOCK_WORDS];
        private final long[] itsUnknown = new long[BLOCK_WORDS];

        AllOf(List<Kernel> kernels, boolean truthOnly) {
            this.truthOnly = truthOnly;
            this.kernels = kernels.toArray(Kernel[]::new);
        }

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            int words = words(rows);
            System.arraycopy(active, 0, matched, 0, words);
            System.arraycopy(active, 0, left, 0, words);
            java.util.Arrays.fill(unknown, 0, words, 0);
            for (Kernel kernel : kernels) {
                kernel.evaluate(firstRow, rows, left, itsMatched, itsUnknown);
                long any = 0;
                for (int w = 0; w < words; w++) {
                    left[w] = truthOnly ? itsMatched[w] : itsMatched[w] | itsUnknown[w];
                    matched[w] &= itsMatched[w];
                    unknown[w] = left[w] & ~matched[w];
                    any |= left[w];
                }
                if (any == 0) {
                    return;
                }
            }
        }
    }

    /** Each condition looks only at rows that none before it made true. */
    static final class AnyOf extends Kernel {

        private final Kernel[] kernels;
        private final long[] left = new long[BLOCK_WORDS];
        private final long[] itsMatched = new long[BLOCK_WORDS];
        private final long[] itsUnknown = new long[BLOCK_WORDS];

        AnyOf(List<Kernel> kernels) {
            this.kernels = kernels.toArray(Kernel[]::new);
        }

        @Override
        void evaluate(int firstRow, int rows, long[] active, long[] matched, long[] unknown) {
            int words = words(rows);
            java.util.Arrays.fill(matched, 0, words, 0);
            java.util.Arrays.fill(unknown, 0, words, 0);
            System.arraycopy(active, 0, left, 0, words);
            for (Kernel kernel : kernels) {
                kernel.evaluate(firstRow, rows, left, itsMatched, itsUnknown);
                long any = 0;
                for (int w = 0; w < words; w++) {
                    matched[w] |= itsMatched[w];
                    unknown[w] = (unknown[w] | itsUnknown[w]) & ~matched[w];
                    left[w] = active[w] & ~matched[w];
                    any |= left[w];
                }
                if (any == 0) {
                    return;
                }
            }
        }
    }
}
