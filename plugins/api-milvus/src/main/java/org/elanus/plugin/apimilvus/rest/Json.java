package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the body of a request. Refuses what two readers could understand differently, such as a key given twice. */
final class Json {

    static final int DEEPEST = 128;

    /** Values in a body, other than rows and vectors, which are not kept. */
    private static final int MOST_VALUES = 1 << 20;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION) // it is UTF-8, or it is no JSON
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(65_536)
                    .build())
            .build();

    /** For answers: what fails half-way is not made to look whole. */
    static final JsonFactory WRITING = JsonFactory.builder()
            .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final byte[] bytes;
    private int values;

    private Json(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The members of a body. What stands under {@code data}, and under {@code data} of each element of {@code search}, is
     * left as a {@link JsonSlice}.
     *
     * @throws RestException when it is no JSON object in UTF-8
     */
    static ObjectNode body(byte[] bytes, int length) {
        if (!UnsafeByteOperations.unsafeWrap(bytes, 0, length).isValidUtf8()) {
            throw RestException.wrongFormat("the body is not UTF-8");
        }
        try (JsonParser parser = FACTORY.createParser(bytes, 0, length)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw RestException.wrongFormat("the body is empty, {} is the least that is valid");
            }
            if (first != JsonToken.START_OBJECT) {
                throw RestException.wrongFormat("the body must be a JSON object");
            }
            ObjectNode members = new Json(bytes).object(parser, true);
            if (parser.nextToken() != null) {
                throw RestException.wrongFormat("there is more behind the body's end");
            }
            return members;
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw RestException.wrongFormat("the body cannot be read");
        }
    }

    static RestException malformed(JsonProcessingException e) {
        int column = e.getLocation() == null ? -1 : (int) e.getLocation().getByteOffset();
        String text = e.getOriginalMessage();
        return RestException.wrongFormat(
                (text.length() <= 200 ? text : text.substring(0, 200) + "...")
                        + (column < 0 ? "" : " (at byte " + column + ")"));
    }

    private ObjectNode object(JsonParser parser, boolean withData) throws IOException {
        ObjectNode object = NODES.objectNode();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            if (withData && name.equals("data")) {
                object.set(name, slice(parser));
            } else if (withData && name.equals("search") && token == JsonToken.START_ARRAY) {
                object.set(name, searches(parser));
            } else {
                object.set(name, value(parser, token));
            }
        }
        return object;
    }

    private JsonNode slice(JsonParser parser) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int to = (int) parser.currentLocation().getByteOffset();
        return NODES.pojoNode(new JsonSlice(bytes, from, to));
    }

    private ArrayNode searches(JsonParser parser) throws IOException {
        ArrayNode searches = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            searches.add(token == JsonToken.START_OBJECT ? object(parser, true) : value(parser, token));
        }
        return searches;
    }

    private JsonNode value(JsonParser parser, JsonToken token) throws IOException {
        if (++values > MOST_VALUES) {
            throw RestException.tooLarge(
                    "the body has more than " + MOST_VALUES + " values besides rows and vectors");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, false);
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    array.add(value(parser, next));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.textNode(wellFormed(parser.getText()));
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> {
                double value = parser.getDoubleValue();
                if (Double.isInfinite(value)) {
                    throw RestException.wrongFormat("number " + shortened(parser.getText()) + " is out of range");
                }
                yield NODES.numberNode(value);
            }
            default -> NODES.nullNode();
        };
    }

    private static JsonNode integer(JsonParser parser) throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw RestException.wrongFormat(
                    "number " + shortened(parser.getText()) + " is out of the range of 64 bits");
        }
        return NODES.numberNode(parser.getLongValue());
    }

    /** Refuses half a pair of surrogates, which is no text. */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    throw RestException.wrongFormat("a text has half a surrogate pair");
                }
            }
        }
        return text;
    }

    /** Text that may quote what a client sent: a half pair of surrogates in it becomes a question mark. */
    static String printable(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 61) + "...";
    }
}
