package org.elanus.testkit.simulation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Which families of faults a simulation may bring; which of them happen, when and how, follows from its seed.
 *
 * @param families the families
 */
public record FaultPlan(Set<Family> families) {

    /** What can go wrong together. */
    public enum Family {
        /** The machine loses its power, or the process dies, at any step; again during recovery, too. */
        CRASH,
        /** The disk is full, slow, or fails at an operation, once or from then on. Nothing acknowledged is lost by it. */
        DISK,
        /** Bits flip and writes go astray. The law is then: detected and named, never served. */
        CORRUPT,
        /** The order in which threads run. Without it, the one that waits longest runs. */
        SCHEDULE,
        /** The wall clock goes back, stands still, or jumps ahead. */
        CLOCK,
        /** Commits to the metadata store and appends to the log that end with an unknown outcome. */
        LOG
    }

    /** Everything but {@link Family#CORRUPT}: nothing acknowledged may be lost. */
    public static final FaultPlan LOSSLESS = new FaultPlan(EnumSet.complementOf(EnumSet.of(Family.CORRUPT)));

    public static final FaultPlan ALL = new FaultPlan(EnumSet.allOf(Family.class));
    public static final FaultPlan NONE = new FaultPlan(Set.of());

    public FaultPlan {
        families = Set.copyOf(families);
    }

    public static FaultPlan of(Family... families) {
        return new FaultPlan(Set.copyOf(Arrays.asList(families)));
    }

    /**
     * Reads names divided by commas, such as {@code crash,disk}, or {@code all} or {@code none}.
     *
     * @throws IllegalArgumentException naming what is not one and what there is
     */
    public static FaultPlan parse(String text) {
        EnumSet<Family> found = EnumSet.noneOf(Family.class);
        for (String name : text.split(",", -1)) {
            String word = name.strip().toUpperCase(Locale.ROOT);
            if (word.equals("ALL")) {
                return ALL;
            }
            if (word.equals("NONE") || word.isEmpty()) {
                continue;
            }
            found.add(Arrays.stream(Family.values())
                    .filter(family -> family.name().equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "there are no faults '" + name.strip() + "'; there are " + ALL + ", all and none")));
        }
        return new FaultPlan(found);
    }

    public boolean has(Family family) {
        return families.contains(family);
    }

    /**
     * The plan of one simulation of a campaign: some of these families, so that many simulations together see every
     * combination. Damage, which allows the server to refuse, comes to one simulation in five.
     */
    public FaultPlan drawn(long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ 0xFA07_5EED_0000_0001L);
        EnumSet<Family> drawn = EnumSet.noneOf(Family.class);
        for (Family family : Family.values()) {
            boolean in = family == Family.CORRUPT ? random.nextInt(5) == 0 : random.nextInt(4) != 0;
            if (has(family) && (in || family == Family.CRASH)) {
                drawn.add(family);
            }
        }
        return new FaultPlan(drawn);
    }

    /** Whether data may be damaged behind the server's back. */
    public boolean corrupts() {
        return has(Family.CORRUPT);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        List<Family> sorted = families.stream().sorted().toList();
        return sorted.isEmpty()
                ? "none"
                : sorted.stream()
                        .map(family -> family.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(","));
    }
}
