package org.elanus.testkit.simulation;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.elanus.spi.runtime.Threads;
import org.elanus.testkit.io.SimulatedDisk;
import org.elanus.testkit.metadata.InMemoryMetadataStore;
import org.elanus.testkit.storage.InMemoryObjectStore;
import org.elanus.testkit.wal.InMemoryLog;

/** What a process finds when it starts: a disk and the reference stores, of which each process has a copy of its own. */
record Machine(SimulatedDisk disk, InMemoryMetadataStore metadata, InMemoryLog log, InMemoryObjectStore objects) {

    static Machine empty(int pageBytes, LongSupplier millis, Threads threads) {
        return new Machine(
                new SimulatedDisk(pageBytes, millis),
                new InMemoryMetadataStore(threads),
                new InMemoryLog(),
                new InMemoryObjectStore(millis));
    }

    /**
     * What is left of it; this one refuses everything from now on, or is talked to by nobody who matters.
     *
     * @param powerCut whether the page cache is lost, too
     */
    Machine afterCrash(RandomGenerator random, boolean powerCut) {
        return new Machine(
                powerCut ? disk.crash(random) : disk.killProcess(), metadata.copy(), log.crash(random), objects.copy());
    }

    /** With the metadata store as the new process opens it. */
    Machine with(InMemoryMetadataStore opened) {
        return new Machine(disk, opened, log, objects);
    }
}
