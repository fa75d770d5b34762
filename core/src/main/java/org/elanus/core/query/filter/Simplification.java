package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.core.query.filter.Predicate.AllOf;
import org.elanus.core.query.filter.Predicate.Always;
import org.elanus.core.query.filter.Predicate.AnyOf;
import org.elanus.core.query.filter.Predicate.FloatingRange;
import org.elanus.core.query.filter.Predicate.IntegerRange;
import org.elanus.core.query.filter.Predicate.NumberIn;
import org.elanus.core.query.filter.Predicate.TextIn;
import org.elanus.core.query.filter.Predicate.TextRelation;
import org.elanus.spi.database.FieldSchema;

/** Conjunctions and disjunctions, flattened and with terms over one field merged. */
final class Simplification {

    private Simplification() {}

    static Predicate allOf(List<Predicate> conditions) {
        Map<String, Predicate> ranges = new LinkedHashMap<>();
        List<Predicate> others = new ArrayList<>();
        for (Predicate outer : conditions) {
            for (Predicate condition : outer instanceof AllOf all ? all.conditions() : List.of(outer)) {
                switch (condition) {
                    case Always always -> {
                        if (!always.value()) {
                            return Predicate.FALSE;
                        }
                    }
                    case IntegerRange range -> ranges.merge(range.field().name(), range, Simplification::intersect);
                    case FloatingRange range -> ranges.merge(range.field().name(), range, Simplification::intersect);
                    default -> others.add(condition);
                }
            }
        }
        // Ranges first: they are cheap and leave fewer rows to the rest.
        List<Predicate> merged = new ArrayList<>(ranges.values());
        merged.addAll(others);
        return merged.isEmpty() ? Predicate.TRUE : merged.size() == 1 ? merged.getFirst() : new AllOf(merged);
    }

    private static Predicate intersect(Predicate left, Predicate right) {
        if (left instanceof IntegerRange a && right instanceof IntegerRange b) {
            return new IntegerRange(a.field(), Math.max(a.low(), b.low()), Math.min(a.high(), b.high()));
        }
        if (left instanceof FloatingRange a && right instanceof FloatingRange b) {
            return new FloatingRange(a.field(), Math.max(a.low(), b.low()), Math.min(a.high(), b.high()));
        }
        throw new IllegalStateException("one field has one type");
    }

    static Predicate anyOf(List<Predicate> conditions) {
        Map<String, Members> members = new LinkedHashMap<>();
        List<Predicate> others = new ArrayList<>();
        for (Predicate outer : conditions) {
            for (Predicate condition : outer instanceof AnyOf any ? any.conditions() : List.of(outer)) {
                switch (condition) {
                    case Always always -> {
                        if (always.value()) {
                            return Predicate.TRUE;
                        }
                    }
                    case IntegerRange range
                    when range.low() == range.high() ->
                        members(members, range.field(), range).add(range.low());
                    case NumberIn in ->
                        members(members, in.field(), in).add(in.values().sorted());
                    case TextRelation relation
                    when relation.relation() == Relation.EQUAL ->
                        members(members, relation.field(), relation).texts.add(relation.value());
                    case TextIn in ->
                        members(members, in.field(), in)
                                .texts
                                .addAll(in.values().sorted());
                    default -> others.add(condition);
                }
            }
        }
        List<Predicate> merged = new ArrayList<>();
        members.values().forEach(member -> merged.add(member.toPredicate()));
        merged.addAll(others);
        return merged.isEmpty() ? Predicate.FALSE : merged.size() == 1 ? merged.getFirst() : new AnyOf(merged);
    }

    private static Members members(Map<String, Members> members, FieldSchema field, Predicate condition) {
        Members found = members.computeIfAbsent(field.name(), name -> new Members(field, condition));
        found.conditions++;
        return found;
    }

    /** Values of one field that a disjunction names. */
    private static final class Members {

        private final FieldSchema field;
        private final Predicate first;
        private final List<byte[]> texts = new ArrayList<>();
        private long[] numbers = new long[4];
        private int size;
        private int conditions;

        Members(FieldSchema field, Predicate first) {
            this.field = field;
            this.first = first;
        }

        void add(long... values) {
            if (size + values.length > numbers.length) {
                numbers = Arrays.copyOf(numbers, Math.max(numbers.length * 2, size + values.length));
            }
            System.arraycopy(values, 0, numbers, size, values.length);
            size += values.length;
        }

        Predicate toPredicate() {
            if (conditions == 1) {
                return first;
            }
            return field.type().isVariableWidth()
                    ? new TextIn(field, new TextSet(texts))
                    : new NumberIn(field, new NumberSet(Arrays.copyOf(numbers, size)));
        }
    }
}
