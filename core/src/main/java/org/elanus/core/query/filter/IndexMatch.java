package org.elanus.core.query.filter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.elanus.core.index.ScalarIndex;
import org.elanus.core.index.ScalarIndex.Values;
import org.elanus.core.query.filter.Operand.ArrayField;
import org.elanus.core.query.filter.Operand.Constant;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.core.query.filter.Predicate.FloatingRange;
import org.elanus.core.segment.SegmentView;
import org.elanus.spi.database.FieldSchema;
import org.jspecify.annotations.Nullable;

/**
 * Finds the index of a segment that decides a condition as a scan would.
 *
 * @param index which
 * @param selections rows with a term of each; empty when the condition is that there is no value
 */
record IndexMatch(ScalarIndex index, List<TermSelection> selections) {

    private static @Nullable IndexMatch of(ScalarIndex index, @Nullable TermSelection selection) {
        return selection == null ? null : new IndexMatch(index, List.of(selection.lighter()));
    }

    /** Null when no index serves. */
    static @Nullable IndexMatch find(Predicate predicate, SegmentView view) {
        return switch (predicate) {
            case Predicate.IntegerRange range -> {
                ScalarIndex index = plain(view, range.field());
                yield index == null
                        ? null
                        : of(
                                index,
                                new TermSelection(index)
                                        .add(
                                                range.low() > range.high() ? 0 : index.firstAtLeast(range.low()),
                                                range.low() > range.high() ? 0 : index.firstAbove(range.high())));
            }
            case FloatingRange range -> {
                ScalarIndex index = plain(view, range.field());
                yield index == null ? null : of(index, between(index, range));
            }
            case Predicate.BooleanIs is -> {
                ScalarIndex index = plain(view, is.field());
                yield index == null ? null : of(index, new TermSelection(index).addKey(is.value() ? 1 : 0));
            }
            case Predicate.NumberIn in -> {
                ScalarIndex index = plain(view, in.field());
                yield index == null ? null : of(index, numbers(index, in.values()));
            }
            case Predicate.TextRelation text -> {
                ScalarIndex index = plain(view, text.field());
                yield index == null ? null : of(index, texts(index, text.relation(), text.value()));
            }
            case Predicate.TextLike like -> {
                ScalarIndex index = plain(view, like.field());
                yield index == null ? null : of(index, like(index, like.pattern()));
            }
            case Predicate.TextIn in -> {
                ScalarIndex index = plain(view, in.field());
                yield index == null ? null : of(index, texts(index, in.values()));
            }
            case Predicate.IsNull is -> {
                List<ScalarIndex> indexes = view.scalarIndexes(is.field().name());
                yield indexes.isEmpty() || indexes.getFirst().path() != null
                        ? null
                        : new IndexMatch(indexes.getFirst(), List.of());
            }
            case Predicate.IsMissing(JsonValue json) -> {
                ScalarIndex index = null;
                for (ScalarIndex candidate : view.scalarIndexes(json.field().name())) {
                    index = json.path().equals(candidate.path()) ? candidate : index;
                }
                yield index == null ? null : new IndexMatch(index, List.of());
            }
            case Predicate.DynamicComparison(Relation relation, JsonValue json, Constant(Object value)) ->
                compare(view, json, relation, value);
            case Predicate.DynamicLike(JsonValue json, LikePattern pattern) -> {
                ScalarIndex index = path(view, json, Values.TEXT, false);
                yield index == null ? null : of(index, like(index, pattern));
            }
            case Predicate.DynamicIn(JsonValue json, ConstantSet values) -> {
                Values type = typeOf(List.of(values));
                ScalarIndex index = type == null ? null : path(view, json, type, false);
                yield index == null ? null : of(index, constants(index, values));
            }
            case Predicate.Contains contains -> contains(view, contains);
            default -> null;
        };
    }

    /** The index over a field that is neither an array nor JSON. */
    private static @Nullable ScalarIndex plain(SegmentView view, FieldSchema field) {
        List<ScalarIndex> indexes = view.scalarIndexes(field.name());
        return indexes.isEmpty() ? null : indexes.getFirst();
    }

    private static @Nullable ScalarIndex path(SegmentView view, JsonValue json, Values type, boolean elements) {
        for (ScalarIndex index : view.scalarIndexes(json.field().name())) {
            if (json.path().equals(index.path()) && index.values() == type && index.ofElements() == elements) {
                return index;
            }
        }
        return null;
    }

    private static TermSelection between(ScalarIndex index, FloatingRange range) {
        TermSelection selection = new TermSelection(index);
        return range.low() <= range.high()
                ? selection.add(
                        index.firstAtLeast(ScalarIndex.keyOf(range.low())),
                        index.firstAbove(ScalarIndex.keyOf(range.high())))
                : selection;
    }

    private static TermSelection numbers(ScalarIndex index, NumberSet values) {
        long[] keys = values.sorted().clone();
        if (index.values() == Values.FLOATING) {
            for (int i = 0; i < keys.length; i++) {
                keys[i] = ScalarIndex.keyOf(Double.longBitsToDouble(keys[i]));
            }
            Arrays.sort(keys);
        }
        TermSelection selection = new TermSelection(index);
        for (long key : keys) {
            selection.addKey(key);
        }
        return selection;
    }

    private static TermSelection texts(ScalarIndex index, TextSet values) {
        TermSelection selection = new TermSelection(index);
        for (byte[] value : values.sorted()) {
            selection.addText(value);
        }
        return selection;
    }

    private static TermSelection texts(ScalarIndex index, Relation relation, byte[] text) {
        TermSelection selection = new TermSelection(index);
        return switch (relation) {
            case EQUAL -> selection.addText(text);
            case NOT_EQUAL -> selection.addText(text).invert();
            case LESS -> selection.add(0, index.firstAtLeast(text));
            case LESS_EQUAL -> selection.add(0, index.firstAbove(text));
            case GREATER -> selection.add(index.firstAbove(text), index.terms());
            case GREATER_EQUAL -> selection.add(index.firstAtLeast(text), index.terms());
        };
    }

    private static TermSelection like(ScalarIndex index, LikePattern pattern) {
        byte[] prefix = pattern.prefix();
        TermSelection selection = new TermSelection(index);
        if (pattern.isText()) {
            return selection.addText(prefix);
        }
        selection.add(index.firstAtLeast(prefix), index.firstBeyond(prefix));
        return pattern.isPrefix() ? selection : selection.matching(pattern);
    }

    private static @Nullable IndexMatch compare(SegmentView view, JsonValue json, Relation relation, Object value) {
        switch (value) {
            case Number number -> {
                ScalarIndex index = path(view, json, Values.FLOATING, false);
                if (index == null) {
                    return null;
                }
                boolean unequal = relation == Relation.NOT_EQUAL;
                Relation asked = unequal ? Relation.EQUAL : relation;
                Predicate range = number instanceof Long whole
                        ? Comparisons.floatingRange(json.field(), asked, whole)
                        : Comparisons.floatingRange(json.field(), asked, number.doubleValue());
                TermSelection selection = between(index, (FloatingRange) range);
                return of(index, unequal ? selection.invert() : selection);
            }
            case Boolean bool -> {
                ScalarIndex index = path(view, json, Values.BOOLEAN, false);
                if (index == null || !relation.isEquality()) {
                    return null;
                }
                TermSelection selection = new TermSelection(index).addKey(bool ? 1 : 0);
                return of(index, relation == Relation.NOT_EQUAL ? selection.invert() : selection);
            }
            case String text -> {
                ScalarIndex index = path(view, json, Values.TEXT, false);
                return index == null || !hasBytes(text) ? null : of(index, texts(index, relation, Utf8.encode(text)));
            }
            default -> {
                return null;
            }
        }
    }

    /** Half a surrogate pair has none of its own. */
    private static boolean hasBytes(String text) {
        return new String(Utf8.encode(text), StandardCharsets.UTF_8).equals(text);
    }

    /** The one type of all constants; null when there are several or none. */
    private static @Nullable Values typeOf(List<ConstantSet> sets) {
        boolean numbers = false;
        boolean texts = false;
        boolean booleans = false;
        for (ConstantSet set : sets) {
            numbers |= set.integers().size() + set.doubles().size() > 0;
            texts |= !set.texts().isEmpty();
            booleans |= set.hasTrue() || set.hasFalse();
        }
        if ((numbers ? 1 : 0) + (texts ? 1 : 0) + (booleans ? 1 : 0) != 1) {
            return null;
        }
        return numbers ? Values.FLOATING : texts ? Values.TEXT : Values.BOOLEAN;
    }

    /** Null when a constant has no term of its own. */
    private static @Nullable TermSelection constants(ScalarIndex index, ConstantSet set) {
        TermSelection selection = new TermSelection(index);
        switch (index.values()) {
            case BOOLEAN -> {
                if (set.hasFalse()) {
                    selection.addKey(0);
                }
                if (set.hasTrue()) {
                    selection.addKey(1);
                }
            }
            case INTEGER -> {
                for (long value : set.integers().sorted()) {
                    selection.addKey(value);
                }
            }
            case FLOATING -> {
                long[] keys = new long[set.integers().size() + set.doubles().size()];
                int size = 0;
                for (long value : set.integers().sorted()) {
                    double real = value;
                    if (real < 0x1p63 && (long) real == value) {
                        keys[size++] = ScalarIndex.keyOf(real);
                    }
                }
                for (long bits : set.doubles().sorted()) {
                    keys[size++] = ScalarIndex.keyOf(Double.longBitsToDouble(bits));
                }
                Arrays.sort(keys, 0, size);
                for (int i = 0; i < size; i++) {
                    selection.addKey(keys[i]);
                }
            }
            case TEXT -> {
                List<byte[]> texts = new ArrayList<>();
                for (String text : set.texts()) {
                    if (!hasBytes(text)) {
                        return null;
                    }
                    texts.add(Utf8.encode(text));
                }
                texts.sort(Arrays::compareUnsigned);
                texts.forEach(selection::addText);
            }
        }
        return selection;
    }

    private static @Nullable IndexMatch contains(SegmentView view, Predicate.Contains contains) {
        ScalarIndex index = null;
        if (contains.array() instanceof ArrayField(FieldSchema field)) {
            index = plain(view, field);
        } else if (contains.array() instanceof JsonValue json) {
            Values type = typeOf(contains.wanted());
            index = type == null ? null : path(view, json, type, true);
        }
        if (index == null || contains.wanted().isEmpty()) {
            return null;
        }
        List<TermSelection> selections = new ArrayList<>();
        for (ConstantSet set : contains.wanted()) {
            TermSelection selection = constants(index, set);
            if (selection == null) {
                return null;
            }
            selections.add(selection);
        }
        selections.sort(java.util.Comparator.comparingLong(TermSelection::estimatedRows));
        return new IndexMatch(index, selections);
    }

    boolean isNullTest() {
        return selections.isEmpty();
    }

    long estimatedRows() {
        return isNullTest()
                ? (long) index.rows() - index.presentRows()
                : selections.getFirst().estimatedRows();
    }

    double cost(double scanOfRow) {
        double cost = index.rows() / 64.0 + index.undecidedRows() * scanOfRow;
        for (TermSelection selection : selections) {
            cost += selection.cost();
        }
        return cost;
    }
}
