package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.elanus.core.query.filter.FilterGrammarParser.ConjunctionContext;
import org.elanus.core.query.filter.FilterGrammarParser.EqualityContext;
import org.elanus.core.query.filter.FilterGrammarParser.ExponentContext;
import org.elanus.core.query.filter.FilterGrammarParser.ExpressionContext;
import org.elanus.core.query.filter.FilterGrammarParser.FilterContext;
import org.elanus.core.query.filter.FilterGrammarParser.MembershipContext;
import org.elanus.core.query.filter.FilterGrammarParser.PostfixContext;
import org.elanus.core.query.filter.FilterGrammarParser.PrimaryContext;
import org.elanus.core.query.filter.FilterGrammarParser.ProductContext;
import org.elanus.core.query.filter.FilterGrammarParser.ReferenceContext;
import org.elanus.core.query.filter.FilterGrammarParser.RelationContext;
import org.elanus.core.query.filter.FilterGrammarParser.SumContext;
import org.elanus.core.query.filter.FilterGrammarParser.UnaryContext;
import org.elanus.core.query.filter.Operand.ArrayElement;
import org.elanus.core.query.filter.Operand.Condition;
import org.elanus.core.query.filter.Operand.Constant;
import org.elanus.core.query.filter.Operand.FieldValue;
import org.elanus.core.query.filter.Operand.JsonValue;
import org.elanus.spi.database.CollectionSchema;
import org.elanus.spi.database.DataType;

/**
 * Turns a syntax tree into a typed predicate: resolves names and templates, folds constants, checks types. One method a
 * rule of the grammar; recursion goes only as deep as brackets do.
 */
final class FilterPlanner {

    private final FilterError error;
    private final Comparisons comparisons;
    private final Arithmetics arithmetics;
    private final Names names;
    private final Functions functions;
    private final Constants constants;

    FilterPlanner(CollectionSchema schema, Map<String, Object> parameters, FilterError error) {
        this.error = error;
        comparisons = new Comparisons(error);
        arithmetics = new Arithmetics(error);
        names = new Names(schema, error);
        functions = new Functions(comparisons, error);
        constants = new Constants(parameters, error);
    }

    Predicate plan(FilterContext filter) {
        ExpressionContext expression = filter.expression();
        return condition(expression(expression), expression.getStart());
    }

    private Operand expression(ExpressionContext context) {
        List<ConjunctionContext> terms = context.conjunction();
        if (terms.size() == 1) {
            return conjunction(terms.getFirst());
        }
        List<Predicate> conditions = new ArrayList<>(terms.size());
        for (ConjunctionContext term : terms) {
            conditions.add(condition(conjunction(term), term.getStart()));
        }
        return new Condition(Simplification.anyOf(conditions));
    }

    private Operand conjunction(ConjunctionContext context) {
        List<EqualityContext> terms = context.equality();
        if (terms.size() == 1) {
            return equality(terms.getFirst());
        }
        List<Predicate> conditions = new ArrayList<>(terms.size());
        for (EqualityContext term : terms) {
            conditions.add(condition(equality(term), term.getStart()));
        }
        return new Condition(Simplification.allOf(conditions));
    }

    private Operand equality(EqualityContext context) {
        List<ParseTree> parts = context.children;
        Operand left = relation((RelationContext) parts.getFirst());
        for (int i = 1; i < parts.size(); i += 2) {
            Token sign = token(parts.get(i));
            left = new Condition(
                    comparisons.compare(relationOf(sign), left, relation((RelationContext) parts.get(i + 1)), sign));
        }
        return left;
    }

    private Operand relation(RelationContext context) {
        List<ParseTree> parts = context.children;
        Operand first = membership((MembershipContext) parts.getFirst());
        if (parts.size() == 1) {
            return first;
        }
        Token sign = token(parts.get(1));
        Operand second = membership((MembershipContext) parts.get(2));
        Predicate lower = comparisons.compare(relationOf(sign), first, second, sign);
        if (parts.size() == 3) {
            return new Condition(lower);
        }
        Token otherSign = token(parts.get(3));
        boolean ascending = isLess(sign);
        if (parts.size() > 5 || ascending != isLess(otherSign)) {
            throw error.at(otherSign, "a range has two comparisons in one direction, such as 1 < x <= 5");
        }
        Predicate upper = comparisons.compare(
                relationOf(otherSign), second, membership((MembershipContext) parts.get(4)), otherSign);
        return new Condition(Simplification.allOf(List.of(lower, upper)));
    }

    private static boolean isLess(Token sign) {
        return sign.getType() == FilterGrammarLexer.LESS || sign.getType() == FilterGrammarLexer.LESS_EQUAL;
    }

    private Operand membership(MembershipContext context) {
        Operand left = sum(context.sum());
        if (context.IN() == null) {
            return left;
        }
        Token in = context.IN().getSymbol();
        Object values = context.list() != null ? constants.list(context.list()) : constants.value(context.template());
        if (!(values instanceof List<?> list)) {
            throw error.at(in, "right of 'in' must stand a list, not %s", Comparisons.describe(new Constant(values)));
        }
        Predicate member = comparisons.in(left, list, context.getStart());
        return new Condition(context.NOT() == null ? member : Predicate.not(member));
    }

    private Operand sum(SumContext context) {
        List<ParseTree> parts = context.children;
        Operand left = product((ProductContext) parts.getFirst());
        for (int i = 1; i < parts.size(); i += 2) {
            left = arithmetics.apply(left, token(parts.get(i)), product((ProductContext) parts.get(i + 1)));
        }
        return left;
    }

    private Operand product(ProductContext context) {
        List<ParseTree> parts = context.children;
        Operand left = unary((UnaryContext) parts.getFirst());
        for (int i = 1; i < parts.size(); i += 2) {
            left = arithmetics.apply(left, token(parts.get(i)), unary((UnaryContext) parts.get(i + 1)));
        }
        return left;
    }

    private Operand unary(UnaryContext context) {
        List<ExponentContext> exponents = context.exponent();
        int prefixes = context.getChildCount() - 1 - 2 * exponents.size();
        if (exponents.isEmpty()) {
            return prefixed(context, prefixes, context.postfix());
        }
        Operand power = postfix(context.postfix());
        for (int i = 0; i < exponents.size(); i++) {
            ExponentContext exponent = exponents.get(i);
            Operand times = prefixed(exponent, exponent.getChildCount() - 1, exponent.postfix());
            power = arithmetics.power(power, context.POWER(i).getSymbol(), times);
        }
        return prefixed(context, prefixes, power);
    }

    private Operand prefixed(ParserRuleContext context, int prefixes, PostfixContext inner) {
        if (prefixes > 0
                && token(context.getChild(prefixes - 1)).getType() == FilterGrammarLexer.MINUS
                && inner.getStart() == inner.getStop()
                && inner.getStart().getType() == FilterGrammarLexer.INTEGER) {
            // The smallest integer has no positive counterpart, so sign and digits are read together.
            return prefixed(context, prefixes - 1, new Constant(Literals.integer(inner.getStart(), true, error)));
        }
        return prefixed(context, prefixes, postfix(inner));
    }

    /** Applies the first children of a rule, prefix operators, innermost first. */
    private Operand prefixed(ParserRuleContext context, int prefixes, Operand inner) {
        Operand value = inner;
        for (int i = prefixes - 1; i >= 0; i--) {
            Token sign = token(context.getChild(i));
            value = sign.getType() == FilterGrammarLexer.NOT
                    ? new Condition(Predicate.not(condition(value, sign)))
                    : arithmetics.sign(sign, value);
        }
        return value;
    }

    private Operand postfix(PostfixContext context) {
        PrimaryContext inner = context.primary();
        if (context.NULL() != null) {
            Predicate missing = names.isNull(inner.reference(), inner.getStart());
            return new Condition(context.NOT() == null ? missing : Predicate.not(missing));
        }
        Operand value = primary(inner);
        if (context.LIKE() == null) {
            return value;
        }
        Object pattern = context.STRING() != null
                ? Literals.string(context.STRING().getSymbol(), true, error)
                : constants.value(context.template());
        Predicate like = like(value, pattern, context.LIKE().getSymbol());
        return new Condition(context.NOT() == null ? like : Predicate.not(like));
    }

    private Predicate like(Operand value, Object pattern, Token token) {
        if (!(pattern instanceof String text)) {
            throw error.at(token, "right of 'like' must stand a string");
        }
        LikePattern compiled;
        try {
            compiled = new LikePattern(text);
        } catch (IllegalArgumentException e) {
            throw error.at(token, "%s", String.valueOf(e.getMessage()));
        }
        if (value instanceof JsonValue || value instanceof ArrayElement element && element.type() == DataType.VARCHAR) {
            return new Predicate.DynamicLike(value, compiled);
        }
        if (value instanceof FieldValue field && field.field().type() == DataType.VARCHAR) {
            return new Predicate.TextLike(field.field(), compiled);
        }
        throw error.at(token, "'like' needs a VARCHAR field or a JSON value, not %s", Comparisons.describe(value));
    }

    private Operand primary(PrimaryContext context) {
        if (context.EXISTS() != null) {
            return new Condition(names.exists(context.reference()));
        }
        if (context.reference() != null) {
            return context.reference().arguments() == null
                    ? names.resolve(context.reference())
                    : call(context.reference());
        }
        if (context.expression() != null) {
            return expression(context.expression());
        }
        if (context.template() != null) {
            return new Constant(constants.value(context.template()));
        }
        if (context.list() != null) {
            return new Constant(constants.list(context.list()));
        }
        return new Constant(constants.literal(context.getStart(), false));
    }

    private Operand call(ReferenceContext reference) {
        List<Operand> arguments = new ArrayList<>();
        for (ExpressionContext argument : reference.arguments().expression()) {
            arguments.add(expression(argument));
        }
        return functions.call(reference.getStart(), arguments);
    }

    private Predicate condition(Operand operand, Token token) {
        return switch (operand) {
            case Condition condition -> condition.predicate();
            case Constant(Boolean value) -> value ? Predicate.TRUE : Predicate.FALSE;
            case FieldValue(var field) when field.type() == DataType.BOOL -> new Predicate.BooleanIs(field, true);
            case JsonValue json -> new Predicate.DynamicCondition(json);
            case ArrayElement element when element.type() == DataType.BOOL -> new Predicate.DynamicCondition(element);
            default ->
                throw error.at(
                        token,
                        token.getType() == FilterGrammarLexer.NOT
                                ? "%s cannot be negated; 'not' and '!' bind tighter than comparisons, so write not (…)"
                                : "%s is not a condition; compare it with something",
                        Comparisons.describe(operand));
        };
    }

    private static Token token(ParseTree node) {
        return ((TerminalNode) node).getSymbol();
    }

    private static Relation relationOf(Token sign) {
        return switch (sign.getType()) {
            case FilterGrammarLexer.EQUAL -> Relation.EQUAL;
            case FilterGrammarLexer.NOT_EQUAL -> Relation.NOT_EQUAL;
            case FilterGrammarLexer.LESS -> Relation.LESS;
            case FilterGrammarLexer.LESS_EQUAL -> Relation.LESS_EQUAL;
            case FilterGrammarLexer.GREATER -> Relation.GREATER;
            default -> Relation.GREATER_EQUAL;
        };
    }
}
