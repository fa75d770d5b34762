package org.elanus.core.runtime;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.elanus.spi.runtime.Randomness;

/** Random numbers seeded by the operating system. */
public final class SystemRandomness implements Randomness {

    private final SecureRandom secure = new SecureRandom();

    @Override
    public RandomGenerator generator() {
        return new SplittableRandom(secure.nextLong());
    }

    @Override
    public void secureBytes(byte[] target) {
        secure.nextBytes(target);
    }
}
