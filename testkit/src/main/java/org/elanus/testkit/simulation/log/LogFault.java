package org.elanus.testkit.simulation.log;

import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What may go wrong in a schedule. Those that a sound log never does come last. */
public enum LogFault {
    /** A process stops for a while, wherever its threads are, and goes on. */
    FREEZE(2),
    /** A process dies. */
    KILL(4),
    /** Wall clocks of the processes differ, by up to an hour. */
    CLOCK(3),
    /** A record reaches the log long after its writer was told that there was no answer. */
    LATE(3),
    /** A record is in the log and the answer is lost. */
    REPLY_LOST(3),
    /** A connection breaks: nothing reaches the log any more of what was under way. */
    CUT(3),
    /** A reader sees records some time after they are durable. */
    LAG(3),
    /** The log forgets what it may forget. */
    TRUNCATION(4),
    /** Opening with a higher term makes the log refuse what older handles append. */
    FENCING(3),

    /** A record is stored twice. */
    DUPLICATES(6),
    /** Two records of one writer change places. */
    REORDERS(8),
    /** A record was acknowledged by the log and is not there, while later ones are. */
    GAP(8),
    /** A record that nobody wrote here stands in the log, as when a copy of it was mixed in: its predecessor is another. */
    FORGED(8),
    /** A scan delivers a record again. */
    SCAN_REPEATS(6),
    /** A scan delivers two records in the wrong order, though no CLAIM late. */
    SCAN_REORDERS(8),
    /** A scan leaves a record out that is no CLAIM. */
    SCAN_GAP(8),
    /** A scan begins again at an earlier record. */
    SCAN_GOES_BACK(8),
    /** The log loses its newest records, durable as they were. */
    TAIL_LOST(12);

    /** A schedule in so many has it. */
    private final int oneIn;

    LogFault(int oneIn) {
        this.oneIn = oneIn;
    }

    /** Some of those that are allowed. Of what makes a log's records doubtful, one at most: two can hide each other. */
    static Set<LogFault> drawn(Set<LogFault> allowed, RandomGenerator random) {
        Set<LogFault> drawn = EnumSet.noneOf(LogFault.class);
        boolean doubtful = false;
        for (LogFault fault : values()) {
            boolean repeats = fault == DUPLICATES || fault == SCAN_REPEATS || fault == SCAN_GOES_BACK;
            boolean doubts = fault.compareTo(DUPLICATES) >= 0 && !repeats;
            if (random.nextInt(fault.oneIn) == 0 && allowed.contains(fault) && !(doubts && doubtful)) {
                drawn.add(fault);
                doubtful |= doubts;
            }
        }
        return drawn;
    }
}
