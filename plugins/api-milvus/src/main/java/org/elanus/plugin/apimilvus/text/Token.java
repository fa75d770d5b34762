package org.elanus.plugin.apimilvus.text;

/**
 * A piece of a text.
 *
 * @param start the first of its bytes in the text's UTF-8
 * @param end the byte behind its last
 * @param position which token of the text it is; filters leave gaps
 */
public record Token(String text, int start, int end, int position) {

    Token withText(String other) {
        return new Token(other, start, end, position);
    }
}
