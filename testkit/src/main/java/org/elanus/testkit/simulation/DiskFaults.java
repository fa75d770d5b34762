package org.elanus.testkit.simulation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.elanus.testkit.io.SimulatedDisk;

/** What goes wrong on the disk of one process, decided before it starts. */
final class DiskFaults {

    private static final int OPERATIONS = 500;
    private static final int READS = 200;
    private static final int LONGEST_TROUBLE = 60;
    private static final long SLOWEST_SYNC_NANOS = 5_000_000_000L;

    private final RandomGenerator random;
    private final Consumer<String> journal;
    private final SimulatedDisk.Fault kind;
    private final boolean sticky;
    private final int slowSyncs;
    private final int failingRead;
    private int failsIn;
    private int healsIn;
    private int reads;
    private boolean occurred;

    /** A sound disk. */
    static DiskFaults none() {
        return new DiskFaults(new java.util.SplittableRandom(0), false, line -> {});
    }

    /** @param journal told what happens */
    DiskFaults(RandomGenerator random, boolean faulty, Consumer<String> journal) {
        this.random = random;
        this.journal = journal;
        kind = random.nextInt(3) == 0 ? SimulatedDisk.Fault.FULL : SimulatedDisk.Fault.ERROR;
        sticky = random.nextBoolean();
        slowSyncs = faulty && random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 0;
        failingRead = faulty && random.nextInt(8) == 0 ? 1 + random.nextInt(READS) : 0;
        failsIn = faulty && random.nextInt(2) == 0 ? 1 + random.nextInt(OPERATIONS) : 0;
        healsIn = random.nextInt(3) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(LONGEST_TROUBLE);
    }

    /** Before an operation that changes something. */
    void changing(SimulatedDisk disk) {
        if (failsIn > 0) {
            if (--failsIn == 0) {
                occurred = true;
                journal.accept("the disk " + (kind == SimulatedDisk.Fault.FULL ? "is full" : "fails")
                        + (sticky
                                ? healsIn == Integer.MAX_VALUE ? " from now on" : " for " + healsIn + " operations"
                                : " once"));
                disk.failAt(0, kind, sticky);
            }
        } else if (occurred && sticky && healsIn > 0 && healsIn != Integer.MAX_VALUE && --healsIn == 0) {
            journal.accept("the disk works again");
            disk.repair();
        }
    }

    void reading(Path path) throws IOException {
        if (++reads == failingRead) {
            occurred = true;
            journal.accept("reading " + path + " fails once");
            throw new IOException("error injected at reading " + path);
        }
    }

    long syncDelayNanos() {
        return slowSyncs > 0 && random.nextInt(slowSyncs) == 0 ? 1 + random.nextLong(SLOWEST_SYNC_NANOS) : 0;
    }

    /** Whether a call failed because of this. */
    boolean occurred() {
        return occurred;
    }
}
