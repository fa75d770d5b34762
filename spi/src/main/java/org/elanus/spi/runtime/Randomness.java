package org.elanus.spi.runtime;

import java.util.random.RandomGenerator;
import org.elanus.spi.HostImplements;

/** Where random numbers come from. Safe for use by many threads. */
@HostImplements
public interface Randomness {

    /** A new generator for the calling code's own use (one thread). Seeded from the host's seed in simulation. */
    RandomGenerator generator();

    /** Fills the array with bytes that cannot be guessed, for identifiers and secrets. */
    void secureBytes(byte[] target);
}
