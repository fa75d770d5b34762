package org.elanus.core.query.filter;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Texts as bytes. */
final class Utf8 {

    private Utf8() {}

    static byte[] encode(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static boolean equal(MemorySegment bytes, long start, int length, byte[] other) {
        if (length != other.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, start + i) != other[i]) {
                return false;
            }
        }
        return true;
    }

    /** Compares byte by byte without sign, as code points order. */
    static int compare(MemorySegment bytes, long start, int length, byte[] other) {
        int common = Math.min(length, other.length);
        for (int i = 0; i < common; i++) {
            int left = bytes.get(ValueLayout.JAVA_BYTE, start + i) & 0xff;
            int right = other[i] & 0xff;
            if (left != right) {
                return left - right;
            }
        }
        return length - other.length;
    }

    static int compare(
            MemorySegment left, long leftStart, int leftLength, MemorySegment right, long rightStart, int rightLength) {
        int common = Math.min(leftLength, rightLength);
        long different =
                MemorySegment.mismatch(left, leftStart, leftStart + common, right, rightStart, rightStart + common);
        if (different < 0) {
            return leftLength - rightLength;
        }
        return (left.get(ValueLayout.JAVA_BYTE, leftStart + different) & 0xff)
                - (right.get(ValueLayout.JAVA_BYTE, rightStart + different) & 0xff);
    }

    /** Compares by code points, which is the order of the UTF-8 bytes. */
    static int compare(String left, String right) {
        int common = Math.min(left.length(), right.length());
        for (int i = 0; i < common; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                // Surrogates stand for the highest code points, yet have smaller values than some other characters.
                boolean aHigh = Character.isSurrogate(a);
                boolean bHigh = Character.isSurrogate(b);
                return aHigh == bHigh ? a - b : aHigh ? 1 : -1;
            }
        }
        return left.length() - right.length();
    }
}
