package org.elanus.core.query.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.tree.ParseTree;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.elanus.core.query.filter.FilterGrammarParser.ListContext;
import org.elanus.core.query.filter.FilterGrammarParser.TemplateContext;
import org.jspecify.annotations.Nullable;

/** Literals, lists of them, and values of templates: Long, Double, Boolean, String, or a List of these. */
final class Constants {

    private final Map<String, Object> parameters;
    private final FilterError error;

    Constants(Map<String, Object> parameters, FilterError error) {
        this.parameters = parameters;
        this.error = error;
    }

    Object literal(Token token, boolean negative) {
        return switch (token.getType()) {
            case FilterGrammarLexer.INTEGER -> Literals.integer(token, negative, error);
            case FilterGrammarLexer.FLOAT -> negative ? -Literals.number(token, error) : Literals.number(token, error);
            case FilterGrammarLexer.STRING -> Literals.string(token, false, error);
            case FilterGrammarLexer.MOMENT -> Literals.moment(token, error);
            default -> Literals.bool(token);
        };
    }

    List<Object> list(ListContext context) {
        List<ParseTree> parts = context.children;
        List<Object> values = new ArrayList<>(parts.size() / 2);
        Token sign = null;
        boolean expectsComma = false;
        for (int i = 1; i < parts.size() - 1; i++) {
            ParseTree part = parts.get(i);
            if (!(part instanceof TerminalNode leaf)) {
                refuseValue(expectsComma || sign != null, ((org.antlr.v4.runtime.ParserRuleContext) part).getStart());
                values.add(part instanceof TemplateContext template ? value(template) : list((ListContext) part));
                expectsComma = true;
                continue;
            }
            Token token = leaf.getSymbol();
            switch (token.getType()) {
                case FilterGrammarLexer.COMMA -> {
                    if (!expectsComma) {
                        throw error.at(token, "unexpected ',', expected a constant");
                    }
                    expectsComma = false;
                }
                case FilterGrammarLexer.PLUS, FilterGrammarLexer.MINUS -> {
                    refuseValue(expectsComma || sign != null, token);
                    sign = token;
                }
                default -> {
                    boolean number = token.getType() == FilterGrammarLexer.INTEGER
                            || token.getType() == FilterGrammarLexer.FLOAT;
                    refuseValue(expectsComma || sign != null && !number, token);
                    values.add(literal(token, sign != null && sign.getType() == FilterGrammarLexer.MINUS));
                    sign = null;
                    expectsComma = true;
                }
            }
        }
        if (sign != null) {
            throw error.at(sign, "a number must follow the sign");
        }
        return values;
    }

    private void refuseValue(boolean unexpected, Token token) {
        if (unexpected) {
            throw error.at(token, "unexpected '%s' in a list", FilterError.shorten(token.getText()));
        }
    }

    /** The value that was given for a template. */
    Object value(TemplateContext template) {
        Token name = template.IDENTIFIER().getSymbol();
        Object value = parameters.get(name.getText());
        if (value == null) {
            throw error.at(
                    name,
                    "no value was given for the template {%s}; given are %s",
                    name.getText(),
                    new TreeSet<>(parameters.keySet()));
        }
        return normalised(value, name);
    }

    private Object normalised(@Nullable Object value, Token name) {
        return switch (value) {
            case Long number -> number;
            case Integer number -> (long) number;
            case Double number -> number;
            case Float number -> (double) number;
            case Boolean bool -> bool;
            case String text -> text;
            case List<?> list -> {
                List<Object> values = new ArrayList<>(list.size());
                for (Object element : list) {
                    values.add(normalised(element, name));
                }
                yield values;
            }
            case null, default ->
                throw error.at(
                        name, "the value of template {%s} must be a boolean, number, string or list", name.getText());
        };
    }
}
