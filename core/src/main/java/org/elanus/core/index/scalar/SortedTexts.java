package org.elanus.core.index.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.elanus.core.index.ScalarIndex.TextVisitor;
import org.elanus.spi.error.ElanusException;

/** Texts one after the other, found by halving. */
final class SortedTexts implements Texts {

    private final int terms;
    private final MemorySegment offsets;
    private final MemorySegment bytes;

    SortedTexts(int terms, MemorySegment offsets, MemorySegment bytes) {
        this.terms = terms;
        this.offsets = offsets;
        this.bytes = bytes;
    }

    private int start(int term) {
        return offsets.get(ScalarFormat.INT, 4L * term);
    }

    @Override
    public int firstAtLeast(byte[] text) {
        return first(text, 0, false);
    }

    @Override
    public int firstAbove(byte[] text) {
        return first(text, 1, false);
    }

    @Override
    public int firstBeyond(byte[] prefix) {
        return first(prefix, 1, true);
    }

    /** The first term that compares to the text with at least the given outcome. */
    private int first(byte[] text, int outcome, boolean prefix) {
        int low = 0;
        int high = terms;
        while (low < high) {
            int middle = low + high >>> 1;
            if (compare(middle, text, prefix) < outcome) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int compare(int term, byte[] text, boolean prefix) {
        int start = start(term);
        int length = start(term + 1) - start;
        int common = Math.min(length, text.length);
        for (int i = 0; i < common; i++) {
            int left = bytes.get(ValueLayout.JAVA_BYTE, start + (long) i) & 0xff;
            int right = text[i] & 0xff;
            if (left != right) {
                return left - right;
            }
        }
        return prefix && length >= text.length ? 0 : Integer.compare(length, text.length);
    }

    @Override
    public void visit(int from, int to, TextVisitor visitor) {
        for (int term = from; term < to; term++) {
            int start = start(term);
            visitor.visit(term, bytes, start, start(term + 1) - start);
        }
    }

    @Override
    public void check() {
        if (start(0) != 0 || start(terms) != bytes.byteSize()) {
            throw ElanusException.corrupt("the texts of a scalar index do not fill their section");
        }
        for (int term = 0; term < terms; term++) {
            if (start(term) > start(term + 1)) {
                throw ElanusException.corrupt("the offsets of a scalar index decrease at term %d", term);
            }
            if (term > 0) {
                long from = start(term - 1);
                byte[] before = bytes.asSlice(from, start(term) - from).toArray(ValueLayout.JAVA_BYTE);
                if (compare(term, before, false) <= 0) {
                    throw ElanusException.corrupt("the texts of a scalar index are out of order at term %d", term);
                }
            }
        }
    }
}
