package org.elanus.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What came of a campaign. For one thread at a time while it is filled. */
public final class CampaignReport {

    private static final double NANOS = 1e9;

    private final FaultPlan faults;
    private final List<Outcome> failed = new ArrayList<>();
    private final Map<String, Integer> points = new TreeMap<>();
    private long seeds;
    private long crashes;
    private long steps;
    private long nanos;
    private long hash;

    CampaignReport(FaultPlan faults) {
        this.faults = faults;
    }

    void add(Outcome outcome) {
        seeds++;
        crashes += outcome.crashes();
        steps += outcome.steps();
        hash ^= outcome.traceHash() * (2 * outcome.seed() + 1);
        outcome.points().forEach((point, count) -> points.merge(point, count, Integer::sum));
        if (outcome.failed()) {
            failed.add(outcome);
        }
    }

    void took(long duration) {
        nanos = duration;
    }

    String progress(long all, long duration) {
        return String.format(
                Locale.ROOT,
                "%,d of %,d seeds, %,d crashes, %,d violations, %,.0f seeds/s",
                seeds,
                all,
                crashes,
                failed.size(),
                seeds / (duration / NANOS));
    }

    /** Simulations that ended. */
    public long seeds() {
        return seeds;
    }

    public long crashes() {
        return crashes;
    }

    /** Those with violations, in the order in which they ended. */
    public List<Outcome> failed() {
        return List.copyOf(failed);
    }

    /** Crashes by durability point and side, as {@link Outcome#points}. */
    public Map<String, Integer> points() {
        return Map.copyOf(points);
    }

    /** Every point that crashes are aimed at, and those that others hit; power cuts and killed processes apart. */
    private String pointsTable() {
        StringBuilder table = new StringBuilder("\npower cuts   killed  at\n");
        TreeSet<String> names = new TreeSet<>();
        points.keySet().forEach(key -> names.add(name(key)));
        String fewest = "";
        int least = Integer.MAX_VALUE;
        for (String name : names) {
            int cuts = points.getOrDefault(name, 0);
            int kills = points.getOrDefault(name + DurabilityPoints.KILLED, 0);
            table.append(String.format(Locale.ROOT, "%,10d %,8d  %s%n", cuts, kills, name));
            if (cuts < least && DurabilityPoints.isSide(name)) {
                least = cuts;
                fewest = name;
            }
        }
        if (!fewest.isEmpty()) {
            table.append(String.format(Locale.ROOT, "fewest power cuts: %,d at '%s'%n", least, fewest));
        }
        return table.toString();
    }

    private static String name(String key) {
        return key.endsWith(DurabilityPoints.KILLED)
                ? key.substring(0, key.length() - DurabilityPoints.KILLED.length())
                : key;
    }

    /** For people; the trace is the same for the same seeds of the same program. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "seeds       %,d%ncrashes     %,d%nviolations  %,d%nsteps       %,d%nfaults      %s%nseconds     %.1f%ntrace       %016x%n",
                seeds,
                crashes,
                failed.size(),
                steps,
                faults,
                nanos / NANOS,
                hash));
        text.append(pointsTable());
        for (Outcome outcome : failed) {
            text.append("\nseed ").append(outcome.seed()).append('\n');
            outcome.violations()
                    .forEach(violation -> text.append("  ").append(violation).append('\n'));
        }
        return text.toString();
    }
}
