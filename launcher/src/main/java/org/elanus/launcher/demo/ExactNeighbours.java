package org.elanus.launcher.demo;

/** What a search must find: computed here by comparing with every word, as a check on the server's answers. */
final class ExactNeighbours {

    /** Scores of the server may differ in the last digits. */
    private static final float TOLERANCE = 1e-5f;

    private ExactNeighbours() {}

    /** The similarity of the k-th nearest word. */
    static float kthSimilarity(Words words, int query, int k) {
        float[] best = new float[k];
        java.util.Arrays.fill(best, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < words.size(); row++) {
            float similarity = words.similarity(query, row);
            int place = k;
            while (place > 0 && best[place - 1] < similarity) {
                place--;
            }
            if (place < k) {
                System.arraycopy(best, place, best, place + 1, k - 1 - place);
                best[place] = similarity;
            }
        }
        return best[k - 1];
    }

    /** How many of the found words are as near as the k-th nearest; those equally near count alike. */
    static int correct(Words words, int query, long[] found, float kthSimilarity) {
        int correct = 0;
        long[] distinct = java.util.Arrays.stream(found).distinct().toArray();
        for (long row : distinct) {
            if (row >= 0 && row < words.size() && words.similarity(query, (int) row) >= kthSimilarity - TOLERANCE) {
                correct++;
            }
        }
        return correct;
    }
}
