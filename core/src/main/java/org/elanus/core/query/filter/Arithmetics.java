package org.elanus.core.query.filter;

import org.antlr.v4.runtime.Token;
import org.elanus.core.query.filter.Operand.Arithmetic;
import org.elanus.core.query.filter.Operand.Constant;
import org.elanus.core.query.filter.Operand.JsonValue;

/** Arithmetic: checks types and folds constants. */
final class Arithmetics {

    /** Bounds the recursion over operands. */
    private static final int MAX_DEPTH = 200;

    private final FilterError error;

    Arithmetics(FilterError error) {
        this.error = error;
    }

    Operand apply(Operand left, Token sign, Operand right) {
        ArithmeticOperator operator = operatorOf(sign);
        refuseNonNumber(left, operator, sign);
        refuseNonNumber(right, operator, sign);
        boolean divides = operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO;
        if (divides && right instanceof Constant(Number divisor) && divisor.doubleValue() == 0) {
            throw error.at(sign, "division by zero");
        }
        if (operator == ArithmeticOperator.MODULO
                && (left.isNumber() && !left.isInteger() || right.isNumber() && !right.isInteger())) {
            throw error.at(sign, "'%%' needs integers");
        }
        if (left instanceof Constant(Number a) && right instanceof Constant(Number b)) {
            return new Constant(fold(operator, a, b, sign));
        }
        return arithmetic(operator, left, right, sign);
    }

    private Operand arithmetic(ArithmeticOperator operator, Operand left, Operand right, Token sign) {
        Arithmetic result = Arithmetic.of(operator, left, right);
        if (result.depth() > MAX_DEPTH) {
            throw error.at(sign, "an arithmetic expression has at most %d operators in a row", MAX_DEPTH);
        }
        return result;
    }

    private Object fold(ArithmeticOperator operator, Number left, Number right, Token sign) {
        if (left instanceof Long a && right instanceof Long b) {
            try {
                return operator.apply((long) a, (long) b);
            } catch (ArithmeticException e) {
                throw error.at(sign, "%d %s %d does not fit into 64 bits", a, operator.sign(), b);
            }
        }
        return operator.apply(left.doubleValue(), right.doubleValue());
    }

    /** A plus or minus in front of a value. */
    Operand sign(Token sign, Operand value) {
        ArithmeticOperator operator = operatorOf(sign);
        refuseNonNumber(value, operator, sign);
        if (operator == ArithmeticOperator.ADD) {
            return value;
        }
        if (value instanceof Constant(Double number)) {
            return new Constant(-number);
        }
        return value instanceof Constant(Long number)
                ? new Constant(fold(operator, 0L, number, sign))
                : arithmetic(operator, new Constant(0L), value, sign);
    }

    /** Whole when both are whole and the result fits, otherwise a double. */
    Operand power(Operand base, Token sign, Operand exponent) {
        if (!(base instanceof Constant(Number a)) || !(exponent instanceof Constant(Number b))) {
            throw error.at(sign, "'**' needs constants on both sides");
        }
        double power = Math.pow(a.doubleValue(), b.doubleValue());
        if (a instanceof Long whole && b instanceof Long times && times >= 0 && Math.abs(power) < 0x1p63) {
            long result = 1;
            long square = whole;
            // |power| < 2^63 bounds the loop: only 0, 1 and -1 have large exponents, and they never overflow.
            for (long left = times; left > 0; left >>= 1) {
                if ((left & 1) != 0) {
                    result *= square;
                }
                square *= square;
            }
            return new Constant(result);
        }
        if (Double.isNaN(power) || Double.isInfinite(power)) {
            throw error.at(sign, "%s ** %s is no finite number", a, b);
        }
        return new Constant(power);
    }

    private void refuseNonNumber(Operand operand, ArithmeticOperator operator, Token sign) {
        boolean number = switch (operand) {
            case JsonValue json -> true;
            case Arithmetic arithmetic -> true;
            case Operand.ArrayLength length -> true;
            case Operand.ArrayElement element ->
                element.type().isInteger() || element.type().isFloatingPoint();
            default -> operand.isNumber();
        };
        if (!number) {
            throw error.at(sign, "'%s' needs numbers, not %s", operator.sign(), Comparisons.describe(operand));
        }
    }

    private static ArithmeticOperator operatorOf(Token sign) {
        return switch (sign.getType()) {
            case FilterGrammarLexer.PLUS -> ArithmeticOperator.ADD;
            case FilterGrammarLexer.MINUS -> ArithmeticOperator.SUBTRACT;
            case FilterGrammarLexer.TIMES -> ArithmeticOperator.MULTIPLY;
            case FilterGrammarLexer.DIVIDE -> ArithmeticOperator.DIVIDE;
            default -> ArithmeticOperator.MODULO;
        };
    }
}
