package org.elanus.testkit.simulation;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.elanus.spi.runtime.Randomness;

/** Random numbers that follow from a seed. */
final class SimulatedRandomness implements Randomness {

    private final SplittableRandom random;

    SimulatedRandomness(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public RandomGenerator generator() {
        return random.split();
    }

    @Override
    public void secureBytes(byte[] target) {
        random.nextBytes(target);
    }
}
