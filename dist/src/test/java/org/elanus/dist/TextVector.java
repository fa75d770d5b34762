package org.elanus.dist;

import java.util.Locale;

/**
 * Stands in for an embedding model: texts that share words, or parts of words, get similar vectors. A pure function of
 * the text, so that tests need neither a model's weights nor a native runtime.
 */
final class TextVector {

    static final int DIMENSION = 384;
    private static final int WORD = 4;

    private TextVector() {}

    /** @return a vector of length one */
    static float[] of(String text) {
        float[] vector = new float[DIMENSION];
        for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
            add(vector, "word " + word, WORD);
            for (int at = 0; at < word.length(); at++) {
                add(vector, word.substring(at, at + 1), 1);
                add(vector, word.substring(at, Math.min(at + 3, word.length())), 1);
            }
        }
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float length = (float) Math.sqrt(squares);
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] /= length;
        }
        return vector;
    }

    private static void add(float[] vector, String feature, float weight) {
        int hash = feature.hashCode() * 0x9E3779B9;
        vector[Integer.remainderUnsigned(hash ^ (hash >>> 15), DIMENSION)] += weight;
    }
}
