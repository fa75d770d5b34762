package org.elanus.spi.database;

import java.util.Arrays;
import java.util.Locale;
import org.elanus.spi.error.ElanusException;

/** How near two vectors are, and the value that a search returns for it. */
public enum MetricType {
    /** The sum of squared differences, without a root. Smaller is nearer. */
    L2(false),
    /** The inner product. Larger is nearer. */
    IP(true),
    /** The cosine of the angle, -1 to 1; 0 when a vector is all zeros. Larger is nearer. */
    COSINE(true),
    /** The number of differing bits. Smaller is nearer. */
    HAMMING(false),
    /** One minus the share of common bits among all set bits, 1 when there are none. Smaller is nearer. */
    JACCARD(false);

    private final boolean largerIsNearer;

    MetricType(boolean largerIsNearer) {
        this.largerIsNearer = largerIsNearer;
    }

    public boolean largerIsNearer() {
        return largerIsNearer;
    }

    /** Reads a name in any case; an unknown one is refused with the list of known ones. */
    public static MetricType parse(String name) {
        for (MetricType metric : values()) {
            if (metric.name().equals(name.toUpperCase(Locale.ROOT))) {
                return metric;
            }
        }
        throw ElanusException.invalid("metric type '%s' is unknown; known are %s", name, Arrays.toString(values()));
    }
}
