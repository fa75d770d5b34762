package org.elanus.core.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.elanus.spi.database.MetricType;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Turns a hit's rank and score in one search into its share of the score of a hybrid search. */
sealed interface Ranker {

    /** @param rank from 1 */
    double share(int search, int rank, float score);

    /** Whether a larger sum is better. */
    boolean largerIsNearer();

    static Ranker of(String name, Map<String, String> parameters, List<MetricType> metrics) {
        return switch (name.strip().toLowerCase(Locale.ROOT)) {
            case "", "rrf" -> reciprocal(parameters.getOrDefault("k", "60"));
            case "weighted" -> weighted(parameters, metrics);
            default -> throw ElanusException.invalid("unsupported rank type %s; available are rrf, weighted", name);
        };
    }

    private static Ranker reciprocal(String text) {
        double k;
        try {
            k = Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT, "the rank params k must be a number, not '" + text + "'", e);
        }
        if (!(k > 0 && k < SearchPlan.MAX_WINDOW)) {
            throw ElanusException.invalid(
                    "the rank params k should be in range (0, %d), not %s", SearchPlan.MAX_WINDOW, text);
        }
        return new Reciprocal(k);
    }

    private static Ranker weighted(Map<String, String> parameters, List<MetricType> metrics) {
        String text = parameters.get("weights");
        if (text == null) {
            throw ElanusException.invalid("weights param not found; the weighted ranker needs one weight a search");
        }
        double[] weights = parseWeights(text);
        if (weights.length != metrics.size()) {
            throw ElanusException.invalid(
                    "the length of weights param mismatch with ann search requests: "
                            + "invalid parameter[expected=%d][actual=%d]",
                    metrics.size(), weights.length);
        }
        boolean normalised =
                switch (parameters.getOrDefault("norm_score", "true").strip().toLowerCase(Locale.ROOT)) {
                    case "true" -> true;
                    case "false" -> false;
                    case String other ->
                        throw ElanusException.invalid(
                                "the rank params norm_score must be true or false, not '%s'", other);
                };
        boolean largerIsNearer = metrics.getFirst().largerIsNearer();
        boolean mixed = metrics.stream().anyMatch(metric -> metric.largerIsNearer() != largerIsNearer);
        return new Weighted(weights, metrics, normalised, mixed);
    }

    private static double[] parseWeights(String text) {
        List<Double> weights = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw ElanusException.invalid("the rank params weights must be an array of numbers, not %s", text);
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                double weight = parser.getDoubleValue();
                if (!(weight >= 0 && weight <= 1)) {
                    throw ElanusException.invalid("rank param weight should be in range [0, 1], not %s", weight);
                }
                weights.add(weight);
            }
        } catch (IOException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT,
                    "the rank params weights must be an array of numbers, not " + text,
                    e);
        }
        return weights.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Reciprocal rank fusion. */
    record Reciprocal(double k) implements Ranker {

        @Override
        public double share(int search, int rank, float score) {
            return 1 / (k + rank);
        }

        @Override
        public boolean largerIsNearer() {
            return true;
        }
    }

    /**
     * Weighted scores.
     *
     * @param normalised every score is brought into 0 to 1, larger is nearer
     * @param mixed the metrics have different directions, so distances are turned around in any case
     */
    record Weighted(double[] weights, List<MetricType> metrics, boolean normalised, boolean mixed) implements Ranker {

        @Override
        public double share(int search, int rank, float score) {
            return weights[search] * comparable(metrics.get(search), score);
        }

        private double comparable(MetricType metric, float score) {
            return switch (metric) {
                case COSINE -> normalised ? (1 + score) / 2.0 : score;
                case IP -> normalised ? 0.5 + Math.atan(score) / Math.PI : score;
                case L2, HAMMING, JACCARD -> normalised || mixed ? 1 - 2 * Math.atan(score) / Math.PI : score;
            };
        }

        @Override
        public boolean largerIsNearer() {
            return normalised || mixed || metrics.getFirst().largerIsNearer();
        }
    }
}
