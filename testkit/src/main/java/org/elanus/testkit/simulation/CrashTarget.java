package org.elanus.testkit.simulation;

import java.util.ArrayList;
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
    /** One aimed crash in so many is aimed at a point that few processes pass. */
    private static final int RARE_ODDS = 4;

    private static final int EARLY_STEPS = 400;
    private static final int STEPS = 6_000;

    static CrashTarget none() {
        return new CrashTarget(null, 0, 0, true, true);
    }

    /**
     * How each process of a simulation ends. A rare point is no rarer than others: the process before is ended so that it
     * leaves behind what the rare point needs.
     *
     * @param points to choose from
     * @param lives processes that crash; one is added where a rare point needs one before it
     */
    static List<CrashTarget> plan(RandomGenerator random, List<String> points, int lives) {
        List<CrashTarget> plan = new ArrayList<>();
        while (plan.size() < lives) {
            CrashTarget target = random(random, points);
            String point = target.point();
            CrashTarget before = point == null ? null : before(random, point, points);
            if (before != null) {
                plan.add(before);
                target = new CrashTarget(point, 1, 0, target.closes(), target.powerCut());
            }
            plan.add(target);
        }
        return plan;
    }

    private static CrashTarget random(RandomGenerator random, List<String> points) {
        boolean closes = random.nextInt(3) == 0;
        boolean powerCut = random.nextInt(4) != 0;
        int kind = random.nextInt(10);
        if (kind < 8) {
            List<String> rare = points.stream().filter(DurabilityPoints::isRare).toList();
            boolean seldom = !rare.isEmpty() && random.nextInt(RARE_ODDS) == 0;
            List<String> choice = seldom ? rare : points;
            String point = choice.get(random.nextInt(choice.size()));
            int occurrence =
                    DurabilityPoints.isRare(point) ? 1 : 1 + random.nextInt(random.nextInt(4) == 0 ? MANY : FEW);
            return new CrashTarget(point, occurrence, 0, closes, powerCut);
        }
        int limit = random.nextBoolean() ? EARLY_STEPS : STEPS;
        return new CrashTarget(null, 0, 1 + random.nextInt(limit), closes, powerCut);
    }

    /** The end of a process after which the next one comes past a rare point; null when the point needs none. */
    private static @Nullable CrashTarget before(RandomGenerator random, String point, List<String> points) {
        DurabilityPoints.Leftover leftover = DurabilityPoints.leftover(point);
        if (leftover == null) {
            return null;
        }
        List<String> makers =
                leftover.points().stream().filter(points::contains).toList();
        int occurrence = leftover.first() + random.nextInt(FEW);
        return new CrashTarget(makers.get(random.nextInt(makers.size())), occurrence, 0, false, leftover.powerCut());
    }
}
