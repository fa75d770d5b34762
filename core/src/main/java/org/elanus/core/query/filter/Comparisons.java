package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.Token;
import org.elanus.core.query.filter.Operand.ArrayElement;
import org.elanus.core.query.filter.Operand.ArrayLength;
import org.elanus.core.query.filter.Operand.Constant;
import org.elanus.core.query.filter.Operand.FieldValue;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.core.query.filter.Predicate.BooleanComparison;
import org.elanus.core.query.filter.Predicate.BooleanIs;
import org.elanus.core.query.filter.Predicate.DynamicComparison;
import org.elanus.core.query.filter.Predicate.DynamicIn;
import org.elanus.core.query.filter.Predicate.FloatingRange;
import org.elanus.core.query.filter.Predicate.IntegerRange;
import org.elanus.core.query.filter.Predicate.NumberComparison;
import org.elanus.core.query.filter.Predicate.NumberIn;
import org.elanus.core.query.filter.Predicate.TextComparison;
import org.elanus.core.query.filter.Predicate.TextIn;
import org.elanus.core.query.filter.Predicate.TextRelation;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FieldSchema;

/** Comparisons and memberships by type: checks that both sides go together and chooses the predicate. */
final class Comparisons {

    private final FilterError error;

    Comparisons(FilterError error) {
        this.error = error;
    }

    Predicate compare(Relation relation, Operand left, Operand right, Token token) {
        if (left instanceof Constant && !(right instanceof Constant)) {
            return compare(relation.flipped(), right, left, token);
        }
        if (right instanceof Constant(List<?> list)
                && relation.isEquality()
                && (left instanceof JsonValue || left instanceof Operand.ArrayField)) {
            Predicate is = new Predicate.ArrayIs(left, elements(left, list, token));
            return relation == Relation.EQUAL ? is : Predicate.not(is);
        }
        refuseUncomparable(left, relation, token);
        refuseUncomparable(right, relation, token);
        if (left instanceof Constant a && right instanceof Constant b) {
            return constants(relation, a.value(), b.value(), token) ? Predicate.TRUE : Predicate.FALSE;
        }
        if (left.isDynamic() || right.isDynamic()) {
            return new DynamicComparison(relation, left, fitting(left, right, relation.sign(), token));
        }
        if (left.isNumber() && right.isNumber()) {
            return left instanceof FieldValue field && right instanceof Constant constant
                    ? range(field.field(), relation, (Number) constant.value())
                    : new NumberComparison(relation, left, right);
        }
        if (left instanceof FieldValue(FieldSchema field)) {
            if (field.type() == DataType.VARCHAR) {
                if (right instanceof Constant(String text)) {
                    return new TextRelation(field, relation, Utf8.encode(text));
                }
                if (right instanceof FieldValue(FieldSchema other) && other.type() == DataType.VARCHAR) {
                    return new TextComparison(relation, field, other);
                }
            }
            if (field.type() == DataType.BOOL && relation.isEquality()) {
                if (right instanceof Constant(Boolean value)) {
                    return new BooleanIs(field, value == (relation == Relation.EQUAL));
                }
                if (right instanceof FieldValue(FieldSchema other) && other.type() == DataType.BOOL) {
                    return new BooleanComparison(relation, field, other);
                }
            }
        }
        throw error.at(
                token, "%s cannot be compared by '%s' with %s", describe(left), relation.sign(), describe(right));
    }

    /** The other side of something dynamic: checked against an element's type, and rounded to it. */
    private Operand fitting(Operand left, Operand right, String sign, Token token) {
        if (!(right instanceof Constant(Object value))) {
            return right;
        }
        boolean fits = switch (left) {
            case ArrayElement element -> fits(element.type(), value);
            case ArrayLength length -> value instanceof Number;
            default -> true;
        };
        if (!fits) {
            throw error.at(token, "%s cannot be compared by '%s' with %s", describe(left), sign, describe(right));
        }
        return left instanceof ArrayElement element ? new Constant(rounded(element.type(), value)) : right;
    }

    /** Constants that an array is compared with: checked against an ARRAY field's element type, and rounded to it. */
    List<?> elements(Operand array, List<?> constants, Token token) {
        DataType type = array instanceof Operand.ArrayField field ? field.field().elementType() : null;
        if (type == null) {
            return constants;
        }
        List<Object> elements = new ArrayList<>(constants.size());
        for (Object constant : constants) {
            if (constant instanceof List || !fits(type, constant)) {
                throw error.at(
                        token, "%s cannot contain %s", describe(array), describe(new Constant(constant)));
            }
            elements.add(rounded(type, constant));
        }
        return elements;
    }

    /** Whether a constant can be a value of a type. */
    static boolean fits(DataType type, Object value) {
        return switch (type) {
            case BOOL -> value instanceof Boolean;
            case VARCHAR -> value instanceof String;
            default -> value instanceof Number;
        };
    }

    static Object rounded(DataType type, Object value) {
        return type == DataType.FLOAT && value instanceof Number number ? (Object) (double) number.floatValue() : value;
    }

    private void refuseUncomparable(Operand operand, Relation relation, Token token) {
        if (operand instanceof Operand.Condition) {
            throw error.at(
                    token,
                    "a condition cannot be compared by '%s'; 'not' and '!' bind tighter than comparisons, so write not (…)",
                    relation.sign());
        }
        if (operand instanceof Constant constant && constant.value() instanceof List) {
            throw error.at(token, "a list cannot be compared by '%s'; use 'in'", relation.sign());
        }
    }

    private boolean constants(Relation relation, Object left, Object right, Token token) {
        if (left instanceof Number a && right instanceof Number b) {
            return Numbers.holds(relation, a, b);
        }
        if (left instanceof String a && right instanceof String b) {
            return relation.holds(Utf8.compare(a, b));
        }
        if (left instanceof Boolean && right instanceof Boolean && relation.isEquality()) {
            return left.equals(right) == (relation == Relation.EQUAL);
        }
        throw error.at(
                token,
                "%s cannot be compared by '%s' with %s",
                describe(new Constant(left)),
                relation.sign(),
                describe(new Constant(right)));
    }

    private static Predicate range(FieldSchema field, Relation relation, Number constant) {
        if (relation == Relation.NOT_EQUAL) {
            return Predicate.not(range(field, Relation.EQUAL, constant));
        }
        if (field.type().isInteger()) {
            return constant instanceof Long value
                    ? integerRange(field, relation, value)
                    : integerRange(field, relation, constant.doubleValue());
        }
        if (field.type() == DataType.FLOAT) {
            return floatingRange(field, relation, constant.floatValue());
        }
        return constant instanceof Long value
                ? floatingRange(field, relation, value)
                : floatingRange(field, relation, constant.doubleValue());
    }

    private static Predicate integerRange(FieldSchema field, Relation relation, long value) {
        return switch (relation) {
            case EQUAL, NOT_EQUAL -> new IntegerRange(field, value, value);
            case LESS ->
                value == Long.MIN_VALUE ? emptyInteger(field) : new IntegerRange(field, Long.MIN_VALUE, value - 1);
            case LESS_EQUAL -> new IntegerRange(field, Long.MIN_VALUE, value);
            case GREATER ->
                value == Long.MAX_VALUE ? emptyInteger(field) : new IntegerRange(field, value + 1, Long.MAX_VALUE);
            case GREATER_EQUAL -> new IntegerRange(field, value, Long.MAX_VALUE);
        };
    }

    /** No integer, yet unknown where the field is null. */
    private static Predicate emptyInteger(FieldSchema field) {
        return new IntegerRange(field, 1, 0);
    }

    private static Predicate integerRange(FieldSchema field, Relation relation, double value) {
        if (Numbers.isLong(value)) {
            return integerRange(field, relation, (long) value);
        }
        boolean below = relation == Relation.LESS || relation == Relation.LESS_EQUAL;
        if (Double.isNaN(value) || relation.isEquality()) {
            return emptyInteger(field);
        }
        if (value >= 0x1p63 || value < -0x1p63) {
            return below == value > 0 ? new IntegerRange(field, Long.MIN_VALUE, Long.MAX_VALUE) : emptyInteger(field);
        }
        return below
                ? new IntegerRange(field, Long.MIN_VALUE, (long) Math.floor(value))
                : new IntegerRange(field, (long) Math.ceil(value), Long.MAX_VALUE);
    }

    static Predicate floatingRange(FieldSchema field, Relation relation, double value) {
        double infinity = Double.POSITIVE_INFINITY;
        if (Double.isNaN(value)) {
            return new FloatingRange(field, 1, 0);
        }
        return switch (relation) {
            case EQUAL, NOT_EQUAL -> new FloatingRange(field, value, value);
            case LESS ->
                value == -infinity
                        ? new FloatingRange(field, 1, 0)
                        : new FloatingRange(field, -infinity, Math.nextDown(value));
            case LESS_EQUAL -> new FloatingRange(field, -infinity, value);
            case GREATER ->
                value == infinity
                        ? new FloatingRange(field, 1, 0)
                        : new FloatingRange(field, Math.nextUp(value), infinity);
            case GREATER_EQUAL -> new FloatingRange(field, value, infinity);
        };
    }

    /** Exact: the bound is the nearest double on the right side of the integer. */
    static Predicate floatingRange(FieldSchema field, Relation relation, long value) {
        double near = value;
        int rounded = -Numbers.compare(value, near);
        if (rounded == 0) {
            return floatingRange(field, relation, near);
        }
        return switch (relation) {
            case EQUAL, NOT_EQUAL -> new FloatingRange(field, 1, 0);
            case LESS, LESS_EQUAL -> floatingRange(field, rounded > 0 ? Relation.LESS : Relation.LESS_EQUAL, near);
            case GREATER, GREATER_EQUAL ->
                floatingRange(field, rounded > 0 ? Relation.GREATER_EQUAL : Relation.GREATER, near);
        };
    }

    Predicate in(Operand left, List<?> values, Token token) {
        if (left instanceof JsonValue || left instanceof ArrayElement || left instanceof ArrayLength) {
            List<Object> members = new ArrayList<>(values.size());
            for (Object value : values) {
                if (value instanceof List) {
                    throw error.at(token, "a list of 'in' holds constants, not lists");
                }
                members.add(((Constant) fitting(left, new Constant(value), "in", token)).value());
            }
            return new DynamicIn(left, new ConstantSet(members));
        }
        if (!(left instanceof FieldValue(FieldSchema field))) {
            throw error.at(
                    token,
                    "left of 'in' must stand a field, not %s; 'not' and '!' bind tighter than 'in', so write not (… in …)",
                    describe(left));
        }
        if (field.type() == DataType.VARCHAR) {
            List<byte[]> texts = new ArrayList<>(values.size());
            for (Object value : values) {
                texts.add(Utf8.encode((String) checked(field, value, value instanceof String, token)));
            }
            return new TextIn(field, new TextSet(texts));
        }
        if (field.type() == DataType.BOOL) {
            List<Predicate> either = new ArrayList<>();
            for (Object value : values) {
                either.add(new BooleanIs(field, (Boolean) checked(field, value, value instanceof Boolean, token)));
            }
            return either.isEmpty()
                    // Nothing, yet unknown where the field is null.
                    ? new Predicate.AllOf(List.of(new BooleanIs(field, true), new BooleanIs(field, false)))
                    : Simplification.anyOf(either.stream().distinct().toList());
        }
        return new NumberIn(field, numbers(field, values, token));
    }

    private NumberSet numbers(FieldSchema field, List<?> values, Token token) {
        long[] members = new long[values.size()];
        int size = 0;
        for (Object value : values) {
            Number number = (Number) checked(field, value, value instanceof Number, token);
            if (field.type() == DataType.FLOAT) {
                members[size++] = NumberSet.bitsOf(number.floatValue());
            } else if (field.type() == DataType.DOUBLE) {
                double near = number.doubleValue();
                if (!(number instanceof Long whole) || Numbers.compare(whole, near) == 0) {
                    members[size++] = NumberSet.bitsOf(near);
                }
            } else if (number instanceof Long whole) {
                members[size++] = whole;
            } else if (Numbers.isLong(number.doubleValue())) {
                members[size++] = (long) number.doubleValue();
            }
        }
        return new NumberSet(java.util.Arrays.copyOf(members, size));
    }

    private Object checked(FieldSchema field, Object value, boolean fits, Token token) {
        if (!fits) {
            throw error.at(
                    token,
                    "%s cannot be in a list with %s",
                    describe(new FieldValue(field)),
                    describe(new Constant(value)));
        }
        return value;
    }

    static String describe(Operand operand) {
        return switch (operand) {
            case Constant constant ->
                switch (constant.value()) {
                    case String text -> "the string '" + FilterError.shorten(text) + "'";
                    case Boolean bool -> "the boolean " + bool;
                    case Long number -> "the integer " + number;
                    case Double number -> "the number " + number;
                    default -> "a list";
                };
            case FieldValue value ->
                "field '" + value.field().name() + "' of type " + value.field().type();
            case Operand.ArrayField array -> "field '" + array.field().name() + "' of type ARRAY";
            case ArrayElement element ->
                "an element of field '" + element.field().name() + "' of type " + element.type();
            case ArrayLength length -> "the length of an array";
            case JsonValue json -> "a value in JSON field '" + json.field().name() + "'";
            case Operand.Arithmetic arithmetic -> "an arithmetic expression";
            case Operand.Condition condition -> "a condition";
        };
    }
}
