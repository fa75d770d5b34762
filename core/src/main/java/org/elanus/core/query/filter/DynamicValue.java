package org.elanus.core.query.filter;

/** A value whose type each row decides. Reused from row to row; for one thread. */
final class DynamicValue {

    enum Kind {
        /** A null field, behind the end of an array, or arithmetic without a result: what is said of it is unknown. */
        MISSING,
        /** A JSON path that leads nowhere or to null: unlike every value. */
        ABSENT,
        LONG,
        DOUBLE,
        BOOLEAN,
        TEXT,
        /** An object or an array, or arithmetic with something that is no number. */
        OTHER
    }

    Kind kind = Kind.MISSING;
    long number;
    double real;
    boolean bool;
    String text = "";

    void setMissing() {
        kind = Kind.MISSING;
    }

    void setAbsent() {
        kind = Kind.ABSENT;
    }

    boolean isNothing() {
        return kind == Kind.MISSING || kind == Kind.ABSENT;
    }

    void setOther() {
        kind = Kind.OTHER;
    }

    void set(long value) {
        kind = Kind.LONG;
        number = value;
    }

    void set(double value) {
        kind = Kind.DOUBLE;
        real = value;
    }

    void set(boolean value) {
        kind = Kind.BOOLEAN;
        bool = value;
    }

    void set(String value) {
        kind = Kind.TEXT;
        text = value;
    }

    boolean isNumber() {
        return kind == Kind.LONG || kind == Kind.DOUBLE;
    }

    double asDouble() {
        return kind == Kind.LONG ? number : real;
    }

    /** Whether the relation holds between two known values; values of different types are unequal and unordered. */
    static boolean holds(Relation relation, DynamicValue left, DynamicValue right) {
        if (left.isNumber() && right.isNumber()) {
            if (left.kind == Kind.LONG) {
                return right.kind == Kind.LONG
                        ? relation.holds(Long.compare(left.number, right.number))
                        : Numbers.holds(relation, left.number, right.real);
            }
            return right.kind == Kind.LONG
                    ? Numbers.holds(relation.flipped(), right.number, left.real)
                    : Numbers.holds(relation, left.real, right.real);
        }
        if (left.kind == Kind.TEXT && right.kind == Kind.TEXT) {
            return relation.isEquality()
                    ? left.text.equals(right.text) == (relation == Relation.EQUAL)
                    : relation.holds(Utf8.compare(left.text, right.text));
        }
        if (left.kind == Kind.BOOLEAN && right.kind == Kind.BOOLEAN && relation.isEquality()) {
            return left.bool == right.bool == (relation == Relation.EQUAL);
        }
        return relation == Relation.NOT_EQUAL;
    }

    boolean isIn(ConstantSet values) {
        return switch (kind) {
            case LONG -> values.contains(number);
            case DOUBLE -> values.contains(real);
            case BOOLEAN -> values.contains(bool);
            case TEXT -> values.contains(text);
            case MISSING, ABSENT, OTHER -> false;
        };
    }
}
