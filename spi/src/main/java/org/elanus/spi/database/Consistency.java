package org.elanus.spi.database;

/**
 * How fresh a read is.
 *
 * @param timestamp for SESSION, the hybrid timestamp that must be visible; for BOUNDED, 0 or a lower bound
 */
public record Consistency(Level level, long timestamp) {

    /** The levels of Milvus. */
    public enum Level {
        /** Sees everything acknowledged before the read began. */
        STRONG,
        /** Sees everything up to a given timestamp. */
        SESSION,
        /** May be a few seconds behind. */
        BOUNDED,
        /** Whatever is there. */
        EVENTUAL,
        /** The collection's own level. */
        DEFAULT
    }

    public static final Consistency STRONG = new Consistency(Level.STRONG, 0);
    public static final Consistency BOUNDED = new Consistency(Level.BOUNDED, 0);
    public static final Consistency EVENTUAL = new Consistency(Level.EVENTUAL, 0);
    public static final Consistency DEFAULT = new Consistency(Level.DEFAULT, 0);
}
