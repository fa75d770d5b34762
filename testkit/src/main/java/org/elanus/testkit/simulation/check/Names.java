package org.elanus.testkit.simulation.check;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which collection a name, or an alias, stood for at which logical times. Every edge lies somewhere between two times,
 * because definitions change while other clients read and write.
 */
final class Names {

    /** A name stands for a collection from somewhere in a span to somewhere in another. */
    static final class Binding {
        private final String name;
        private final Incarnation incarnation;
        private final long fromEarliest;
        private long fromLatest = Operation.NEVER;
        private long toEarliest = Operation.NEVER;
        private long toLatest = Operation.NEVER;
        private long unsettledAt;

        Binding(String name, Incarnation incarnation, long from) {
            this.name = name;
            this.incarnation = incarnation;
            this.fromEarliest = from;
        }

        String name() {
            return name;
        }

        Incarnation incarnation() {
            return incarnation;
        }

        /** It certainly stands from here on. */
        void stands(long at) {
            fromLatest = Math.min(fromLatest, at);
            toEarliest = Operation.NEVER;
            unsettledAt = at;
        }

        /** It may end from here on. */
        void ending(long at) {
            toEarliest = at;
        }

        /** It certainly has ended, or never began. */
        void ended(long at) {
            toEarliest = Math.min(toEarliest, at);
            toLatest = at;
        }

        boolean isCertain() {
            return fromLatest != Operation.NEVER && toEarliest == Operation.NEVER;
        }

        boolean isCertainSince(long at) {
            return isCertain() && fromLatest < at && unsettledAt < at;
        }

        boolean isOver() {
            return toLatest != Operation.NEVER;
        }
    }

    private final List<Binding> bindings = new ArrayList<>();

    Binding begin(String name, Incarnation incarnation, long at) {
        Binding binding = new Binding(name, incarnation, at);
        bindings.add(binding);
        return binding;
    }

    /** The bindings that are not over. */
    List<Binding> current() {
        return bindings.stream().filter(binding -> !binding.isOver()).toList();
    }

    /** What the name stands for; null when it certainly stands for nothing, or that is not known. */
    @Nullable
    Binding certain(String name) {
        for (Binding binding : bindings) {
            if (binding.name.equals(name) && binding.isCertain()) {
                return binding;
            }
        }
        return null;
    }

    /** Whether the name certainly stands for nothing. */
    boolean isFree(String name) {
        return bindings.stream().noneMatch(binding -> binding.name.equals(name) && !binding.isOver());
    }

    /** The collections that a name may have stood for at some time of a span. */
    Set<Incarnation> candidates(String name, long start, long end) {
        Set<Incarnation> found = new LinkedHashSet<>();
        for (Binding binding : bindings) {
            if (binding.name.equals(name) && binding.fromEarliest <= end && binding.toLatest >= start) {
                found.add(binding.incarnation);
            }
        }
        return found;
    }
}
