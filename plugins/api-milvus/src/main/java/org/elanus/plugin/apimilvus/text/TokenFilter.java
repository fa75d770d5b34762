package org.elanus.plugin.apimilvus.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.elanus.spi.error.ElanusException;

/** Changes a token's text, or makes it empty to leave the token out. */
@FunctionalInterface
interface TokenFilter {

    List<String> NAMES = List.of(
            "lowercase", "asciifolding", "alphanumonly", "cncharonly", "cnalphanumonly", "removepunct", "stop", "length");

    TokenFilter LOWERCASE = text -> text.toLowerCase(Locale.ROOT);

    /** The English words that {@code _english_} stands for. */
    Set<String> ENGLISH = Set.of(
            "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not",
            "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was",
            "will", "with");

    String apply(String text);

    /** @param json a name, or an object with the name as {@code type} */
    static TokenFilter of(JsonNode json) {
        String name = json.isTextual() ? json.textValue() : json.path("type").asText("");
        return switch (name) {
            case "lowercase" -> LOWERCASE;
            case "asciifolding" -> TokenFilter::folded;
            case "alphanumonly" -> keeping(text -> text.chars().allMatch(TokenFilter::isPlain));
            case "cncharonly" -> keeping(text -> text.codePoints().allMatch(Character::isIdeographic));
            case "cnalphanumonly" -> keeping(
                    text -> text.codePoints().allMatch(c -> isPlain(c) || Character.isIdeographic(c)));
            case "removepunct" -> keeping(text -> text.codePoints().anyMatch(Character::isLetterOrDigit));
            case "stop" -> stop(json.path("stop_words"));
            case "length" -> length(json);
            case "stemmer", "decompounder", "regex", "synonym", "pinyin" ->
                throw TextAnalyzer.unsupported("filter '" + name + "'");
            default -> throw ElanusException.invalid("filter '%s' is unknown; known are %s", name, NAMES);
        };
    }

    static TokenFilter stop(JsonNode words) {
        Set<String> stopped = new HashSet<>();
        for (JsonNode word : words) {
            if (word.asText().equals("_english_")) {
                stopped.addAll(ENGLISH);
            } else {
                stopped.add(word.asText());
            }
        }
        return keeping(text -> !stopped.contains(text));
    }

    private static TokenFilter length(JsonNode json) {
        int min = json.path("min").asInt(0);
        int max = json.path("max").asInt(Integer.MAX_VALUE);
        return keeping(text -> {
            int characters = text.codePointCount(0, text.length());
            return characters >= min && characters <= max;
        });
    }

    private static TokenFilter keeping(Predicate<String> kept) {
        return text -> kept.test(text) ? text : "";
    }

    private static boolean isPlain(int character) {
        return character < 0x80 && Character.isLetterOrDigit(character);
    }

    private static String folded(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD).replaceAll("\\p{M}+", "");
    }
}
