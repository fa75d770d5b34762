package org.elanus.testkit.simulation;

import java.util.List;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Database;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;

/** One process of the simulated server, from one start to the next crash. For threads of its simulation. */
public interface SimulatedServer {

    Database database();

    /** Virtual time: it passes when nothing can run. */
    Clock clock();

    /** For threads that die with the process. */
    Threads threads();

    /** Follows from the seed; dies with the process. */
    Randomness randomness();

    /** A call without deadline as an administrator in the default database. */
    CallContext context();

    /** 0 for the first start, then one more with every start. */
    int incarnation();

    /** Lets flushes, merges, index builds and the collection of garbage look for work now; does not wait for them. */
    void wakeBackgroundWork();

    /**
     * What {@link FaultPlan.Family#CORRUPT} has damaged so far, in words. Once it is not empty, a call may fail with
     * CORRUPT and the collections it names may be out of service; an answer is still never wrong.
     */
    List<String> damages();

    /**
     * Whether a fault of the disk or of the metadata store was injected into this process by now: only then may a call
     * fail for a reason that lies in the machine. Never in the last process, whose machine is healed.
     */
    boolean hadFaults();
}
