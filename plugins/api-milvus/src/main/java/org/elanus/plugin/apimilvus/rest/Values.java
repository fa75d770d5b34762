package org.elanus.plugin.apimilvus.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Scalars of JSON as fields take them: numbers and truths may also come as strings, as other servers allow. */
final class Values {

    private static final int LONGEST_NUMBER = 64;

    private Values() {}

    static boolean truth(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return token == JsonToken.VALUE_TRUE;
        }
        if (token == JsonToken.VALUE_STRING) {
            String text = parser.getText();
            if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                return text.equalsIgnoreCase("true");
            }
        }
        throw wrong(parser, token, "true or false");
    }

    /** A whole number of so many bits. */
    static long whole(JsonParser parser, JsonToken token, int bits) throws IOException {
        long value;
        if (token == JsonToken.VALUE_NUMBER_INT) {
            if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw outOfRange(parser, bits);
            }
            value = parser.getLongValue();
        } else if (token == JsonToken.VALUE_STRING) {
            try {
                value = Long.parseLong(parser.getText());
            } catch (NumberFormatException e) {
                throw wrong(parser, token, "a whole number of " + bits + " bits");
            }
        } else {
            throw wrong(parser, token, "a whole number");
        }
        long limit = 1L << (bits - 1);
        if (bits < 64 && (value < -limit || value >= limit)) {
            throw outOfRange(parser, bits);
        }
        return value;
    }

    private static WrongValueException outOfRange(JsonParser parser, int bits) throws IOException {
        return new WrongValueException(
                "number " + Json.shortened(parser.getText()) + " is out of the range of " + bits + " bits");
    }

    static double real(JsonParser parser, JsonToken token) throws IOException {
        double value;
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            value = parser.getDoubleValue();
        } else if (token == JsonToken.VALUE_STRING && numeric(parser.getText())) {
            try {
                value = Double.parseDouble(parser.getText());
            } catch (NumberFormatException e) {
                throw wrong(parser, token, "a number");
            }
        } else {
            throw wrong(parser, token, "a number");
        }
        if (!Double.isFinite(value)) {
            throw new WrongValueException("number " + Json.shortened(parser.getText()) + " is out of range");
        }
        return value;
    }

    /** A number of single precision. */
    static float single(JsonParser parser, JsonToken token) throws IOException {
        float value = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT
                ? parser.getFloatValue()
                : (float) real(parser, token);
        if (!Float.isFinite(value)) {
            throw new WrongValueException(
                    "number " + Json.shortened(parser.getText()) + " is out of the range of single precision");
        }
        return value;
    }

    /** Not what Java alone takes for a number, such as NaN or 1f. */
    private static boolean numeric(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NUMBER) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    static String text(JsonParser parser, JsonToken token) throws IOException {
        if (!token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            throw wrong(parser, token, "a string");
        }
        return Json.wellFormed(parser.getText());
    }

    static WrongValueException wrong(JsonParser parser, JsonToken token, String expected) throws IOException {
        String given = switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_NULL -> "null";
            case VALUE_STRING -> "\"" + Json.shortened(parser.getText()) + "\"";
            default -> Json.shortened(parser.getText());
        };
        return new WrongValueException("it must be " + expected + ", not " + given);
    }
}
