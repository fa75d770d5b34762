package org.elanus.core.query.filter;

/** An arithmetic operator between two numbers. */
enum ArithmeticOperator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    MODULO("%");

    private final String sign;

    ArithmeticOperator(String sign) {
        this.sign = sign;
    }

    String sign() {
        return sign;
    }

    /**
     * Integer arithmetic in 64 bits; division cuts towards zero.
     *
     * @throws ArithmeticException on overflow and division by zero
     */
    long apply(long left, long right) {
        return switch (this) {
            case ADD -> Math.addExact(left, right);
            case SUBTRACT -> Math.subtractExact(left, right);
            case MULTIPLY -> Math.multiplyExact(left, right);
            case DIVIDE -> Math.divideExact(left, right);
            case MODULO -> left % right;
        };
    }

    double apply(double left, double right) {
        return switch (this) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
            case MODULO -> left % right;
        };
    }
}
