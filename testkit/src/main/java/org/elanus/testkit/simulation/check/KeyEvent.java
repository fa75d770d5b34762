package org.elanus.testkit.simulation.check;

import java.util.function.LongPredicate;
import org.elanus.spi.database.Consistency;

/**
 * Something that happened, or may have happened, to one key between two logical times.
 *
 * @param certain it did happen; otherwise it may have, once or not at all
 * @param version of a write: the version the key then has
 * @param versions of a removal: which versions it takes away; of a read: which it may have met, 0 for none
 * @param seen of a read that returned the key: its version; 0 for one that did not
 * @param cause what it belongs to
 */
record KeyEvent(
        Kind kind,
        boolean certain,
        long start,
        long end,
        long version,
        LongPredicate versions,
        long seen,
        Consistency.Level level,
        Operation cause) {

    enum Kind {
        WRITE,
        REMOVE,
        READ
    }

    static KeyEvent write(boolean certain, long version, Operation cause) {
        return new KeyEvent(
                Kind.WRITE,
                certain,
                cause.start(),
                cause.end(),
                version,
                any -> false,
                0,
                Consistency.Level.STRONG,
                cause);
    }

    static KeyEvent remove(boolean certain, LongPredicate versions, Operation cause) {
        return new KeyEvent(
                Kind.REMOVE, certain, cause.start(), cause.end(), 0, versions, 0, Consistency.Level.STRONG, cause);
    }

    static KeyEvent read(LongPredicate versions, long seen, Consistency.Level level, Operation cause) {
        return new KeyEvent(Kind.READ, true, cause.start(), cause.end(), 0, versions, seen, level, cause);
    }

    /** The version of the key after this, when it was at the given one. */
    long after(long before) {
        return switch (kind) {
            case WRITE -> version;
            case REMOVE -> before != 0 && versions.test(before) ? 0 : before;
            case READ -> before;
        };
    }
}
