package org.elanus.core.query.filter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pattern of {@code like}: {@code %} for any run of characters, {@code _} for one, a backslash before these or before
 * a backslash takes them literally. Pieces between {@code %} are found one after the other, leftmost first, so the time
 * is linear in the text for pieces without {@code _} and never exponential. Immutable.
 */
final class LikePattern {

    /** The longest piece between two {@code %} that holds {@code _}, in bytes. */
    static final int MAX_WILD_PIECE = 1024;

    private static final int ANY = -1;

    /**
     * What stands between two {@code %}.
     *
     * @param tokens bytes 0 to 255, or ANY for one character
     * @param borders for a literal piece, the length of the longest proper border of each prefix (Knuth, Morris, Pratt)
     */
    private record Piece(int[] tokens, boolean literal, int[] borders) {}

    private final Piece[] pieces;
    private final int minLength;

    /** @throws IllegalArgumentException when a piece with {@code _} is too long */
    LikePattern(String pattern) {
        byte[] bytes = Utf8.encode(pattern);
        List<Piece> found = new ArrayList<>();
        int[] tokens = new int[bytes.length];
        int size = 0;
        int total = 0;
        for (int i = 0; i < bytes.length; i++) {
            int c = bytes[i] & 0xff;
            if (c == '%') {
                found.add(piece(Arrays.copyOf(tokens, size)));
                total += size;
                size = 0;
            } else if (c == '_') {
                tokens[size++] = ANY;
            } else if (c == '\\' && i + 1 < bytes.length && isSpecial(bytes[i + 1])) {
                tokens[size++] = bytes[++i];
            } else {
                tokens[size++] = c;
            }
        }
        found.add(piece(Arrays.copyOf(tokens, size)));
        pieces = found.toArray(Piece[]::new);
        minLength = total + size;
    }

    private static boolean isSpecial(byte c) {
        return c == '%' || c == '_' || c == '\\';
    }

    private static Piece piece(int[] tokens) {
        boolean literal = Arrays.stream(tokens).noneMatch(token -> token == ANY);
        if (!literal && tokens.length > MAX_WILD_PIECE) {
            throw new IllegalArgumentException(
                    "a run of a like pattern without '%' that holds '_' has at most " + MAX_WILD_PIECE + " bytes");
        }
        int[] borders = new int[literal ? tokens.length : 0];
        int border = 0;
        for (int i = 1; i < borders.length; i++) {
            while (border > 0 && tokens[i] != tokens[border]) {
                border = borders[border - 1];
            }
            if (tokens[i] == tokens[border]) {
                border++;
            }
            borders[i] = border;
        }
        return new Piece(tokens, literal, borders);
    }

    /** What every text that matches begins with. */
    byte[] prefix() {
        int[] tokens = pieces[0].tokens;
        int length = 0;
        while (length < tokens.length && tokens[length] != ANY) {
            length++;
        }
        byte[] prefix = new byte[length];
        for (int i = 0; i < length; i++) {
            prefix[i] = (byte) tokens[i];
        }
        return prefix;
    }

    /** Whether the pattern is one text and nothing else. */
    boolean isText() {
        return pieces.length == 1 && pieces[0].literal;
    }

    /** Whether every text with the prefix matches. */
    boolean isPrefix() {
        return pieces.length == 2 && pieces[0].literal && pieces[1].tokens.length == 0;
    }

    boolean matches(MemorySegment text, long start, int length) {
        if (length < minLength) {
            return false;
        }
        long end = start + length;
        long position = forwards(pieces[0].tokens, text, start, end);
        if (position < 0 || pieces.length == 1) {
            return position == end;
        }
        long limit = backwards(pieces[pieces.length - 1].tokens, text, position, end);
        if (limit < 0) {
            return false;
        }
        for (int i = 1; i < pieces.length - 1; i++) {
            Piece piece = pieces[i];
            position = piece.literal
                    ? searchLiteral(piece, text, position, limit)
                    : searchWild(piece.tokens, text, position, limit);
            if (position < 0) {
                return false;
            }
        }
        return true;
    }

    private static int at(MemorySegment text, long position) {
        return text.get(ValueLayout.JAVA_BYTE, position) & 0xff;
    }

    private static boolean continues(MemorySegment text, long position) {
        return (text.get(ValueLayout.JAVA_BYTE, position) & 0xc0) == 0x80;
    }

    /** The end of the piece when it begins at the position, or -1. */
    private static long forwards(int[] tokens, MemorySegment text, long from, long end) {
        long position = from;
        for (int token : tokens) {
            if (position >= end) {
                return -1;
            }
            if (token == ANY) {
                position = next(text, position, end);
            } else if (at(text, position++) != token) {
                return -1;
            }
        }
        return position;
    }

    private static long next(MemorySegment text, long from, long end) {
        long position = from + 1;
        while (position < end && continues(text, position)) {
            position++;
        }
        return position;
    }

    /** The beginning of the piece when it ends at the end, or -1. */
    private static long backwards(int[] tokens, MemorySegment text, long floor, long end) {
        long position = end;
        for (int i = tokens.length - 1; i >= 0; i--) {
            if (--position < floor) {
                return -1;
            }
            if (tokens[i] == ANY) {
                while (position > floor && continues(text, position)) {
                    position--;
                }
            } else if (at(text, position) != tokens[i]) {
                return -1;
            }
        }
        return position;
    }

    private static long searchLiteral(Piece piece, MemorySegment text, long from, long end) {
        int[] tokens = piece.tokens;
        if (tokens.length == 0) {
            return from;
        }
        int matched = 0;
        for (long position = from; position < end; position++) {
            int c = at(text, position);
            while (matched > 0 && tokens[matched] != c) {
                matched = piece.borders[matched - 1];
            }
            if (tokens[matched] == c && ++matched == tokens.length) {
                return position + 1;
            }
        }
        return -1;
    }

    private static long searchWild(int[] tokens, MemorySegment text, long from, long end) {
        long begin = from;
        while (end - begin >= tokens.length) {
            long found = forwards(tokens, text, begin, end);
            if (found >= 0) {
                return found;
            }
            begin = next(text, begin, end);
        }
        return -1;
    }
}
