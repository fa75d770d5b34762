package org.elanus.plugin.apimilvus.wire;

import org.elanus.milvus.proto.ConsistencyLevel;
import org.elanus.spi.database.Consistency;
import org.elanus.spi.error.ElanusException;

/** Consistency levels and guarantee timestamps. */
public final class ConsistencyCodec {

    /** Guarantee timestamps that are not times. */
    private static final long STRONG = 0;

    private static final long EVENTUALLY = 1;
    private static final long BOUNDED = 2;

    private ConsistencyCodec() {}

    /**
     * How fresh a read shall be. With level Strong, which is also what an old client leaves unset, the timestamp
     * decides.
     */
    public static Consistency ofRead(boolean useDefault, ConsistencyLevel level, long guaranteeTimestamp) {
        boolean time = guaranteeTimestamp < 0 || guaranteeTimestamp > BOUNDED; // unsigned
        if (useDefault) {
            return time ? new Consistency(Consistency.Level.DEFAULT, guaranteeTimestamp) : Consistency.DEFAULT;
        }
        return switch (level) {
            case Strong -> {
                if (guaranteeTimestamp == STRONG) {
                    yield Consistency.STRONG;
                }
                if (guaranteeTimestamp == EVENTUALLY) {
                    yield Consistency.EVENTUAL;
                }
                yield guaranteeTimestamp == BOUNDED
                        ? Consistency.BOUNDED
                        : new Consistency(Consistency.Level.SESSION, guaranteeTimestamp);
            }
            case Session, Customized -> new Consistency(Consistency.Level.SESSION, time ? guaranteeTimestamp : 0);
            case Bounded -> Consistency.BOUNDED;
            case Eventually -> Consistency.EVENTUAL;
            case UNRECOGNIZED ->
                throw ElanusException.invalid(
                        "consistency_level is unknown; known are Strong, Session, Bounded, Eventually, Customized");
        };
    }

    /** The default level of a collection. */
    public static Consistency.Level ofCollection(ConsistencyLevel level) {
        return switch (level) {
            case Strong -> Consistency.Level.STRONG;
            case Session -> Consistency.Level.SESSION;
            case Bounded -> Consistency.Level.BOUNDED;
            case Eventually -> Consistency.Level.EVENTUAL;
            case Customized, UNRECOGNIZED ->
                throw ElanusException.invalid(
                        "consistency_level of a collection must be Strong, Session, Bounded or Eventually");
        };
    }

    public static ConsistencyLevel toWire(Consistency.Level level) {
        return switch (level) {
            case STRONG -> ConsistencyLevel.Strong;
            case SESSION -> ConsistencyLevel.Session;
            case BOUNDED, DEFAULT -> ConsistencyLevel.Bounded;
            case EVENTUAL -> ConsistencyLevel.Eventually;
        };
    }
}
