package org.elanus.plugin.indexhnsw;

import java.util.Locale;
import org.elanus.spi.error.ElanusException;

/** What a walk reads of the neighbours of a row. Persisted by {@link #number}. */
enum Codes {
    /** Their vectors. */
    NONE(0),
    /** One bit for each dimension of each neighbour, in the record of the row itself. */
    FUSED(1);

    private final int number;

    Codes(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Codes of(int number, String label) {
        for (Codes codes : values()) {
            if (codes.number == number) {
                return codes;
            }
        }
        throw ElanusException.corrupt("%s: codes %d (position 152)", label, number);
    }

    /** As build parameters have it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
