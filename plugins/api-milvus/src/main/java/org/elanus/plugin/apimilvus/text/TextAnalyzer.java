package org.elanus.plugin.apimilvus.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** A tokenizer and the filters behind it, as {@code analyzer_params} describe them. Safe for use by many threads. */
public final class TextAnalyzer {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TOKENIZERS = List.of("standard", "whitespace");
    private static final List<String> NEEDING_DICTIONARIES = List.of("jieba", "lindera", "icu", "chinese");

    private final IntPredicate inToken;
    private final List<TokenFilter> filters;

    private TextAnalyzer(IntPredicate inToken, List<TokenFilter> filters) {
        this.inToken = inToken;
        this.filters = List.copyOf(filters);
    }

    /**
     * Reads the parameters of an analyzer.
     *
     * @param parameters a JSON object; empty for the standard analyzer
     * @throws ElanusException INVALID_ARGUMENT, or UNSUPPORTED for what needs a dictionary or a stemmer
     */
    public static TextAnalyzer of(String parameters) {
        JsonNode json;
        try {
            json = JSON.readTree(parameters.isBlank() ? "{}" : parameters);
        } catch (JsonProcessingException e) {
            throw new ElanusException(StandardErrorCode.INVALID_ARGUMENT, "analyzer_params is not valid JSON", e);
        }
        if (json == null || !json.isObject()) {
            throw ElanusException.invalid("analyzer_params must be a JSON object");
        }
        if (json.has("type")) {
            return builtIn(json.path("type").asText(), json);
        }
        List<TokenFilter> filters = new ArrayList<>();
        if (!json.has("tokenizer") && !json.has("filter")) {
            filters.add(TokenFilter.LOWERCASE);
        }
        for (JsonNode filter : json.path("filter")) {
            filters.add(TokenFilter.of(filter));
        }
        JsonNode tokenizer = json.path("tokenizer");
        String name = tokenizer.isObject()
                ? tokenizer.path("type").asText("")
                : json.has("tokenizer") ? tokenizer.asText() : "standard";
        return new TextAnalyzer(tokenizer(name), filters);
    }

    private static TextAnalyzer builtIn(String name, JsonNode json) {
        if (!name.equals("standard")) {
            throw NEEDING_DICTIONARIES.contains(name) || name.equals("english")
                    ? unsupported("analyzer '" + name + "'")
                    : ElanusException.invalid("analyzer '%s' is unknown; 'standard' is known", name);
        }
        List<TokenFilter> filters = new ArrayList<>(List.of(TokenFilter.LOWERCASE));
        if (json.path("stop_words").isArray()) {
            filters.add(TokenFilter.stop(json.path("stop_words")));
        }
        return new TextAnalyzer(tokenizer(name), filters);
    }

    private static IntPredicate tokenizer(String name) {
        if (NEEDING_DICTIONARIES.contains(name)) {
            throw unsupported("tokenizer '" + name + "'");
        }
        return switch (name) {
            case "standard" -> Character::isLetterOrDigit;
            case "whitespace" -> character -> !Character.isWhitespace(character);
            default -> throw ElanusException.invalid("tokenizer '%s' is unknown; known are %s", name, TOKENIZERS);
        };
    }

    static ElanusException unsupported(String what) {
        return new ElanusException(
                StandardErrorCode.UNSUPPORTED,
                what + " is not supported; tokenizers " + TOKENIZERS + " and filters " + TokenFilter.NAMES + " are");
    }

    /** The tokens of a text, in order. */
    public List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int bytes = 0;
        int start = -1;
        int startByte = 0;
        int position = 0;
        for (int at = 0; at <= text.length(); ) {
            int character = at < text.length() ? text.codePointAt(at) : -1;
            boolean inside = character >= 0 && inToken.test(character);
            if (inside && start < 0) {
                start = at;
                startByte = bytes;
            } else if (!inside && start >= 0) {
                add(tokens, new Token(text.substring(start, at), startByte, bytes, position++));
                start = -1;
            }
            if (character < 0) {
                break;
            }
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            at += Character.charCount(character);
        }
        return tokens;
    }

    private void add(List<Token> tokens, Token found) {
        Token token = found;
        for (TokenFilter filter : filters) {
            String text = filter.apply(token.text());
            if (text.isEmpty()) {
                return;
            }
            token = token.withText(text);
        }
        tokens.add(token);
    }
}
