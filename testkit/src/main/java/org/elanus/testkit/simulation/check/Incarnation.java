package org.elanus.testkit.simulation.check;

import java.util.TreeMap;

/**
 * One life of a collection, from its creation to its drop. Another one under the same name is another one. What its
 * definition says is kept as facts, each true, false, or unknown while a change of it is under way.
 */
final class Incarnation {

    /** What is known of a fact. */
    enum Truth {
        YES,
        NO,
        UNKNOWN;

        static Truth of(boolean value) {
            return value ? YES : NO;
        }
    }

    private final Shape shape;
    private final TreeMap<String, Truth> facts = new TreeMap<>();
    private long id;

    Incarnation(Shape shape) {
        this.shape = shape;
    }

    Shape shape() {
        return shape;
    }

    /** 0 while it is not known. */
    long id() {
        return id;
    }

    void id(long value) {
        id = value;
    }

    TreeMap<String, Truth> facts() {
        return facts;
    }

    boolean is(String fact) {
        return facts.getOrDefault(fact, Truth.NO) == Truth.YES;
    }

    boolean isKnown(String fact) {
        return facts.getOrDefault(fact, Truth.NO) != Truth.UNKNOWN;
    }

    void set(String fact, Truth truth) {
        facts.put(fact, truth);
    }

    @Override
    public String toString() {
        return "collection " + (id == 0 ? "without known id" : id);
    }
}
