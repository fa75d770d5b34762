package org.elanus.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/** The words that the demo ships, with their real vectors, and exact answers over them. */
record Words(List<String> labels, float[][] vectors) {

    static final int DIMENSION = 100;

    static Words load(int count) {
        Path resources = Path.of(System.getProperty("elanus.source"))
                .resolve("launcher/src/main/resources/org/elanus/launcher/demo");
        try {
            ByteBuffer npy = ByteBuffer.wrap(Files.readAllBytes(resources.resolve("words.f16.npy")))
                    .order(ByteOrder.LITTLE_ENDIAN);
            npy.position(10 + npy.getShort(8));
            float[][] vectors = new float[count][DIMENSION];
            for (float[] vector : vectors) {
                for (int i = 0; i < DIMENSION; i++) {
                    vector[i] = Float.float16ToFloat(npy.getShort());
                }
            }
            List<String> labels = Files.readAllLines(resources.resolve("words.txt"), StandardCharsets.UTF_8)
                    .subList(0, count);
            return new Words(labels, vectors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    double cosine(float[] query, int row) {
        double dot = 0;
        double left = 0;
        double right = 0;
        for (int i = 0; i < query.length; i++) {
            dot += (double) query[i] * vectors[row][i];
            left += (double) query[i] * query[i];
            right += (double) vectors[row][i] * vectors[row][i];
        }
        return dot / Math.sqrt(left * right);
    }

    /** The rows nearest by cosine among those that pass, best first. */
    List<Integer> nearest(float[] query, int k, IntPredicate passes) {
        List<Integer> rows = new ArrayList<>();
        for (int row = 0; row < vectors.length; row++) {
            if (passes.test(row)) {
                rows.add(row);
            }
        }
        double[] scores = new double[vectors.length];
        rows.forEach(row -> scores[row] = cosine(query, row));
        rows.sort(Comparator.comparingDouble((Integer row) -> -scores[row]));
        return rows.subList(0, Math.min(k, rows.size()));
    }
}
