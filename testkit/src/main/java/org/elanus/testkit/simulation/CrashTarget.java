package org.elanus.testkit.simulation;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When one process of the server ends.
 *
 * @param point the durability point, with its side, at which it crashes; null for none
 * @param occurrence at which hit of the point
 * @param step of the scheduler at which it crashes, counted from the start of the process; 0 for none
 * @param closes whether it is closed properly when the scenario is done before any of that; else the power goes then
 * @param powerCut whether the page cache is lost; else the process alone dies
 */
record CrashTarget(@Nullable String point, int occurrence, long step, boolean closes, boolean powerCut) {

    private static final int FEW = 3;
    private static final int MANY = 40;
    private static final int EARLY_STEPS = 400;
    private static final int STEPS = 6_000;

    static CrashTarget none() {
        return new CrashTarget(null, 0, 0, true, true);
    }

    /** @param points to choose from, so that rare ones are hit as often as frequent ones */
    static CrashTarget random(RandomGenerator random, List<String> points) {
        boolean closes = random.nextInt(3) == 0;
        boolean powerCut = random.nextInt(4) != 0;
        int kind = random.nextInt(10);
        if (kind < 8) {
            int occurrence = 1 + random.nextInt(random.nextInt(4) == 0 ? MANY : FEW);
            return new CrashTarget(points.get(random.nextInt(points.size())), occurrence, 0, closes, powerCut);
        }
        int limit = random.nextBoolean() ? EARLY_STEPS : STEPS;
        return new CrashTarget(null, 0, 1 + random.nextInt(limit), closes, powerCut);
    }

    /** At the first hit of one of the points, with the power gone before or after it. */
    static CrashTarget at(RandomGenerator random, List<String> points) {
        return new CrashTarget(points.get(random.nextInt(points.size())), 1, 0, false, random.nextInt(4) != 0);
    }
}
