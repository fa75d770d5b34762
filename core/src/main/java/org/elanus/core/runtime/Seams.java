package org.elanus.core.runtime;

import org.elanus.spi.io.Files;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;

/** Everything through which the engine touches the machine. A simulator hands in its own. */
public record Seams(Files files, Clock clock, Threads threads, Randomness randomness) {

    /** The real machine. */
    public static Seams system() {
        return new Seams(new LocalFiles(), new SystemClock(), new HostThreads(), new SystemRandomness());
    }
}
