package org.elanus.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shipped words in order of their frequency, each with a vector.
 *
 * @param dimension numbers of one vector
 * @param vectors one after the other, of length 1
 */
record Words(List<String> names, int dimension, float[] vectors) {

    private static final Pattern SHAPE = Pattern.compile("'shape': \\((\\d+), (\\d+)\\)");

    /** Reads them from the resources of this jar. */
    static Words load() {
        List<String> names = new String(resource("words.txt"), StandardCharsets.UTF_8)
                .lines()
                .toList();
        ByteBuffer file = ByteBuffer.wrap(resource("words.f16.npy")).order(ByteOrder.LITTLE_ENDIAN);
        // NumPy's format 1.0: magic (6 bytes), version (2), length of the header (2), the header as text.
        int headerLength = file.getShort(8);
        String header = new String(file.array(), 10, headerLength, StandardCharsets.ISO_8859_1);
        Matcher shape = SHAPE.matcher(header);
        if (!header.contains("'descr': '<f2'") || !shape.find() || Integer.parseInt(shape.group(1)) != names.size()) {
            throw new IllegalStateException("the shipped vectors have an unexpected header: " + header);
        }
        int dimension = Integer.parseInt(shape.group(2));
        float[] vectors = new float[names.size() * dimension];
        file.position(10 + headerLength);
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = Float.float16ToFloat(file.getShort());
        }
        normalise(vectors, dimension);
        return new Words(names, dimension, vectors);
    }

    int size() {
        return names.size();
    }

    /** A copy of one vector. */
    float[] vector(int row) {
        float[] vector = new float[dimension];
        System.arraycopy(vectors, row * dimension, vector, 0, dimension);
        return vector;
    }

    /** The scalar product of two words, which is their cosine. */
    float similarity(int a, int b) {
        float sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum = Math.fma(vectors[a * dimension + i], vectors[b * dimension + i], sum);
        }
        return sum;
    }

    /** Half precision has rounded the lengths. */
    private static void normalise(float[] vectors, int dimension) {
        for (int start = 0; start < vectors.length; start += dimension) {
            double sum = 0;
            for (int i = start; i < start + dimension; i++) {
                sum += (double) vectors[i] * vectors[i];
            }
            float scale = (float) (1 / Math.sqrt(sum));
            for (int i = start; i < start + dimension; i++) {
                vectors[i] *= scale;
            }
        }
    }

    private static byte[] resource(String name) {
        try (InputStream stream = Words.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the resource " + name + " of the demo is missing");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + name + " of the demo cannot be read", e);
        }
    }
}
