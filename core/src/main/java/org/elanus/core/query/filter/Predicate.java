package org.elanus.core.query.filter;

import java.util.List;
import org.elanus.spi.database.FieldSchema;

/** A typed condition: true, false or unknown for each row. Immutable. */
sealed interface Predicate {

    Predicate TRUE = new Always(true);
    Predicate FALSE = new Always(false);

    record Always(boolean value) implements Predicate {}

    record AllOf(List<Predicate> conditions) implements Predicate {}

    record AnyOf(List<Predicate> conditions) implements Predicate {}

    record Not(Predicate condition) implements Predicate {}

    /** An integer field between two bounds, both included. */
    record IntegerRange(FieldSchema field, long low, long high) implements Predicate {}

    /** A FLOAT or DOUBLE field between two bounds, both included. */
    record FloatingRange(FieldSchema field, double low, double high) implements Predicate {}

    record BooleanIs(FieldSchema field, boolean value) implements Predicate {}

    /** @param value UTF-8 */
    record TextRelation(FieldSchema field, Relation relation, byte[] value) implements Predicate {}

    record TextLike(FieldSchema field, LikePattern pattern) implements Predicate {}

    /** @param values integers, or doubles as {@link NumberSet#bitsOf} has them for a floating field */
    record NumberIn(FieldSchema field, NumberSet values) implements Predicate {}

    record TextIn(FieldSchema field, TextSet values) implements Predicate {}

    record IsNull(FieldSchema field) implements Predicate {}

    /** Two numbers of known types. */
    record NumberComparison(Relation relation, Operand left, Operand right) implements Predicate {}

    record TextComparison(Relation relation, FieldSchema left, FieldSchema right) implements Predicate {}

    /** @param relation an equality */
    record BooleanComparison(Relation relation, FieldSchema left, FieldSchema right) implements Predicate {}

    /** At least one side has a type that each row decides. */
    record DynamicComparison(Relation relation, Operand left, Operand right) implements Predicate {}

    record DynamicIn(Operand value, ConstantSet values) implements Predicate {}

    record DynamicLike(Operand value, LikePattern pattern) implements Predicate {}

    /**
     * An array holds some constant of a list, or all of them. False when there is no array, unknown when there is
     * nothing.
     *
     * @param array an ARRAY field or a JSON value
     * @param wanted for any, one set; for all, a set for each distinct constant
     */
    record Contains(Operand array, List<ConstantSet> wanted) implements Predicate {}

    /**
     * As {@link Contains}, where constants are lists.
     *
     * @param wanted some constant of each list
     */
    record ContainsNested(Operand array, List<? extends List<?>> wanted) implements Predicate {}

    /** An array is exactly a list. False when there is no array, unknown when there is nothing. */
    record ArrayIs(Operand array, List<?> wanted) implements Predicate {}

    /** A JSON value that is itself a condition: unknown unless it is true or false. */
    record DynamicCondition(Operand value) implements Predicate {}

    /** The path leads to nothing or to null. Never unknown. */
    record IsMissing(Operand value) implements Predicate {}

    static Predicate not(Predicate condition) {
        return switch (condition) {
            case Always always -> always.value ? FALSE : TRUE;
            case Not not -> not.condition;
            default -> new Not(condition);
        };
    }
}
