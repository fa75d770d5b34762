package org.elanus.core.log;

/** A channel as those see it who only follow how far it was applied: open, or still being replayed. */
public interface AppliedChannel {

    String channel();

    /** How far records have been applied. */
    LogPosition applied();

    /** Runs an action between two records, after everything appended before; waits for it. */
    void runInOrder(Runnable action);
}
