package org.elanus.core.query.filter;

import java.util.BitSet;
import java.util.Map;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.elanus.core.query.filter.FilterGrammarParser.FilterContext;
import org.jspecify.annotations.Nullable;

/** Reads the text of a filter into a syntax tree. All limits are checked before the recursive parser starts. */
final class FilterSyntax {

    /** The longest text in characters: a million 64-bit keys fit. */
    static final int MAX_LENGTH = 32 << 20;
    /** The deepest nesting of brackets and prefix operators. */
    static final int MAX_DEPTH = 150;
    /** The most tokens outside of lists. */
    static final int MAX_TOKENS = 500_000;
    /** The most tokens inside of lists, without the signs of numbers: a million values and their commas. */
    static final int MAX_LIST_TOKENS = 2_100_000;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(FilterGrammarLexer.AND, "'and'"),
            Map.entry(FilterGrammarLexer.OR, "'or'"),
            Map.entry(FilterGrammarLexer.NOT, "'not'"),
            Map.entry(FilterGrammarLexer.IN, "'in'"),
            Map.entry(FilterGrammarLexer.LIKE, "'like'"),
            Map.entry(FilterGrammarLexer.IS, "'is'"),
            Map.entry(FilterGrammarLexer.NULL, "'null'"),
            Map.entry(FilterGrammarLexer.EXISTS, "'exists'"),
            Map.entry(FilterGrammarLexer.BOOLEAN, "true or false"),
            Map.entry(FilterGrammarLexer.INTEGER, "an integer"),
            Map.entry(FilterGrammarLexer.FLOAT, "a number"),
            Map.entry(FilterGrammarLexer.STRING, "a string"),
            Map.entry(FilterGrammarLexer.MOMENT, "a moment"),
            Map.entry(FilterGrammarLexer.IDENTIFIER, "a name"),
            Map.entry(Token.EOF, "the end"));

    private FilterSyntax() {}

    static FilterContext parse(String text, FilterError error) {
        if (text.length() > MAX_LENGTH) {
            throw error.at(null, "a filter has at most %d characters, this one has %d", MAX_LENGTH, text.length());
        }
        FilterGrammarLexer lexer = new CheckedLexer(CharStreams.fromString(text), error);
        lexer.removeErrorListeners();
        CommonTokenStream tokens = new CommonTokenStream(lexer);
        tokens.fill();
        FilterGrammarParser parser = new FilterGrammarParser(tokens);
        parser.removeErrorListeners();
        parser.addErrorListener(new Listener(error));
        parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
        return parser.filter();
    }

    private static void refuseUnknown(Token token, FilterError error) {
        switch (token.getType()) {
            case FilterGrammarLexer.UNKNOWN -> {
                String text = token.getText();
                throw text.equals("\"") || text.equals("'")
                        ? error.at(token, "the string that begins here has no end")
                        : error.at(token, "the character %s has no meaning here", text);
            }
            case FilterGrammarLexer.MALFORMED ->
                throw error.at(token, "'%s' is neither a number nor a name", FilterError.shorten(token.getText()));
            case FilterGrammarLexer.BITWISE -> {
                String text = token.getText();
                throw error.at(
                        token,
                        "the operator '%s' is not supported%s",
                        text,
                        text.equals("&") ? "; use 'and'" : text.equals("|") ? "; use 'or'" : "");
            }
            case FilterGrammarLexer.ASSIGN -> throw error.at(token, "unexpected '='; use '==' to compare");
            default -> {}
        }
    }

    private static boolean isPrefix(int type) {
        return type == FilterGrammarLexer.NOT || type == FilterGrammarLexer.PLUS || type == FilterGrammarLexer.MINUS;
    }

    private static boolean isOpening(int type) {
        return type == FilterGrammarLexer.LEFT_PARENTHESIS
                || type == FilterGrammarLexer.LEFT_BRACKET
                || type == FilterGrammarLexer.LEFT_BRACE;
    }

    private static boolean isClosing(int type) {
        return type == FilterGrammarLexer.RIGHT_PARENTHESIS
                || type == FilterGrammarLexer.RIGHT_BRACKET
                || type == FilterGrammarLexer.RIGHT_BRACE;
    }

    /** Ends with the first token that is wrong or one too many, so that no more are ever in memory. */
    private static final class CheckedLexer extends FilterGrammarLexer {

        private final FilterError error;
        // Per open bracket, whether it counts as a list, where tokens are cheap.
        private final BitSet lists = new BitSet();
        private int depth;
        private int prefixes;
        private int outside;
        private int inside;
        private @Nullable Token previous;

        CheckedLexer(CharStream text, FilterError error) {
            super(text);
            this.error = error;
        }

        @Override
        public Token nextToken() {
            Token token = super.nextToken();
            check(token);
            previous = token;
            return token;
        }

        private void check(Token token) {
            int type = token.getType();
            refuseUnknown(token, error);
            prefixes = isPrefix(type) ? prefixes + 1 : 0;
            if (isOpening(type)) {
                boolean list = type == LEFT_BRACKET && (previous == null || previous.getType() != IDENTIFIER);
                lists.set(depth++, list);
            } else if (isClosing(type) && depth > 0) {
                depth--;
            }
            if (depth + prefixes > MAX_DEPTH) {
                throw error.at(token, "the filter is nested deeper than %d levels", MAX_DEPTH);
            }
            if (depth == 0 || !lists.get(depth - 1)) {
                if (++outside > MAX_TOKENS) {
                    throw error.at(token, "a filter has at most %d words and signs outside of lists", MAX_TOKENS);
                }
            } else if (!isSignOfElement(type) && ++inside > MAX_LIST_TOKENS) {
                throw error.at(
                        token,
                        "a filter has at most %d values and commas in its lists; longer lists go into parameters",
                        MAX_LIST_TOKENS);
            }
        }

        /** Negative keys count no more than others. */
        private boolean isSignOfElement(int type) {
            return (type == PLUS || type == MINUS)
                    && previous != null
                    && (previous.getType() == COMMA || previous.getType() == LEFT_BRACKET);
        }
    }

    /** Ends the parse with the first mistake. */
    private static final class Listener extends BaseErrorListener {

        private final FilterError error;

        Listener(FilterError error) {
            this.error = error;
        }

        @Override
        public void syntaxError(
                Recognizer<?, ?> recognizer,
                Object offendingSymbol,
                int line,
                int position,
                String message,
                @Nullable RecognitionException exception) {
            Token token = (Token) offendingSymbol;
            String found = token.getType() == Token.EOF ? "end" : "'" + FilterError.shorten(token.getText()) + "'";
            throw error.at(token, "unexpected %s, expected %s", found, expected(((Parser) recognizer)));
        }

        private static String expected(Parser parser) {
            IntervalSet types = parser.getExpectedTokens();
            if (types.contains(FilterGrammarLexer.LEFT_PARENTHESIS)) {
                return "a field, a constant or '('";
            }
            // Behind a complete operand the parser names only what ends it; operators are possible too.
            if (types.contains(Token.EOF)) {
                return "an operator or the end";
            }
            if (types.contains(FilterGrammarLexer.RIGHT_PARENTHESIS) && types.size() == 1) {
                return "an operator or ')'";
            }
            if (types.contains(FilterGrammarLexer.COMMA)) {
                return types.contains(FilterGrammarLexer.INTEGER) ? "a constant, ',' or ']'" : "',' or ')'";
            }
            StringBuilder names = new StringBuilder();
            for (int type : types.toList()) {
                String name = NAMES.get(type);
                if (name == null) {
                    name = parser.getVocabulary().getDisplayName(type);
                }
                names.append(names.isEmpty() ? "" : " or ").append(name);
            }
            return names.toString();
        }
    }
}
