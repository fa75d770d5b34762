package org.elanus.core.index.scalar;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.elanus.core.index.ScalarIndex.TextVisitor;
import org.elanus.spi.error.ElanusException;

/** Texts as a trie: a look-up walks down from the root, a prefix is one node. */
final class TrieTexts implements Texts {

    private final int terms;
    private final int nodes;
    private final MemorySegment table;
    private final MemorySegment labels;

    TrieTexts(int terms, int nodes, MemorySegment table, MemorySegment labels) {
        this.terms = terms;
        this.nodes = nodes;
        this.table = table;
        this.labels = labels;
    }

    private int get(int node, int field) {
        return table.get(ScalarFormat.INT, (long) node * ScalarFormat.NODE_BYTES + field * 4L);
    }

    private int label(int node) {
        return get(node, 0);
    }

    private int labelEnd(int node) {
        return node + 1 < nodes ? label(node + 1) : (int) labels.byteSize();
    }

    private int firstChild(int node) {
        return get(node, 1);
    }

    private int children(int node) {
        return get(node, 2) & ~ScalarFormat.TERMINAL;
    }

    private boolean isTerminal(int node) {
        return (get(node, 2) & ScalarFormat.TERMINAL) != 0;
    }

    private int firstTerm(int node) {
        return get(node, 3);
    }

    private int endTerm(int node) {
        return get(node, 4);
    }

    private int labelByte(int position) {
        return labels.get(ValueLayout.JAVA_BYTE, position) & 0xff;
    }

    private enum Wanted {
        AT_LEAST,
        ABOVE,
        BEYOND
    }

    @Override
    public int firstAtLeast(byte[] text) {
        return find(text, Wanted.AT_LEAST);
    }

    @Override
    public int firstAbove(byte[] text) {
        return find(text, Wanted.ABOVE);
    }

    @Override
    public int firstBeyond(byte[] prefix) {
        return find(prefix, Wanted.BEYOND);
    }

    private int find(byte[] text, Wanted wanted) {
        if (nodes == 0) {
            return 0;
        }
        int node = 0;
        int depth = 0;
        while (true) {
            int begin = label(node);
            int length = labelEnd(node) - begin;
            int common = Math.min(length, text.length - depth);
            for (int i = 0; i < common; i++) {
                int left = labelByte(begin + i);
                int right = text[depth + i] & 0xff;
                if (left != right) {
                    return left > right ? firstTerm(node) : endTerm(node);
                }
            }
            depth += common;
            if (depth == text.length) {
                return switch (wanted) {
                    case BEYOND -> endTerm(node);
                    case AT_LEAST -> firstTerm(node);
                    case ABOVE -> firstTerm(node) + (common == length && isTerminal(node) ? 1 : 0);
                };
            }
            int branch = text[depth] & 0xff;
            int child = childFrom(node, branch);
            if (child < 0) {
                return endTerm(node);
            }
            if (labelByte(label(child)) > branch) {
                return firstTerm(child);
            }
            node = child;
        }
    }

    /** The first child whose label begins with the byte or a higher one; -1 when there is none. */
    private int childFrom(int node, int branch) {
        int low = firstChild(node);
        int end = low + children(node);
        int high = end;
        while (low < high) {
            int middle = low + high >>> 1;
            if (labelByte(label(middle)) < branch) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < end ? low : -1;
    }

    @Override
    public void visit(int from, int to, TextVisitor visitor) {
        if (from >= to) {
            return;
        }
        byte[] text = new byte[256];
        ArrayDeque<int[]> open = new ArrayDeque<>();
        open.push(new int[] {0, 0});
        while (!open.isEmpty()) {
            int[] next = open.pop();
            int node = next[0];
            int begin = label(node);
            int length = labelEnd(node) - begin;
            int depth = next[1] + length;
            if (depth > text.length) {
                text = Arrays.copyOf(text, Math.max(depth, text.length * 2));
            }
            MemorySegment.copy(labels, ValueLayout.JAVA_BYTE, begin, text, next[1], length);
            int first = firstTerm(node);
            if (isTerminal(node) && first >= from && first < to) {
                visitor.visit(first, MemorySegment.ofArray(text), 0, depth);
            }
            int firstChild = firstChild(node);
            for (int child = firstChild + children(node) - 1; child >= firstChild; child--) {
                if (firstTerm(child) < to && endTerm(child) > from) {
                    open.push(new int[] {child, depth});
                }
            }
        }
    }

    @Override
    public void check() {
        int seen = 0;
        int nextChild = 1;
        for (int node = 0; node < nodes; node++) {
            int begin = label(node);
            int children = children(node);
            int first = firstTerm(node);
            boolean fits = begin >= 0
                    && labelEnd(node) >= begin
                    && labelEnd(node) <= labels.byteSize()
                    && (node == 0 || labelEnd(node) > begin)
                    && firstChild(node) == nextChild
                    && children <= 256
                    && nextChild + children <= nodes
                    && (node > 0 || first == 0 && endTerm(node) == terms);
            int expected = isTerminal(node) ? first + 1 : first;
            for (int i = 0; fits && i < children; i++) {
                int child = nextChild + i;
                fits = firstTerm(child) == expected
                        && endTerm(child) > expected
                        && (i == 0 || labelByte(label(child - 1)) < labelByte(label(child)));
                expected = endTerm(child);
            }
            if (!fits || expected != endTerm(node)) {
                throw ElanusException.corrupt("node %d of a trie does not fit the others", node);
            }
            seen += isTerminal(node) ? 1 : 0;
            nextChild += children;
        }
        if (seen != terms || nextChild != Math.max(nodes, 1)) {
            throw ElanusException.corrupt("a trie has %d texts, not %d", seen, terms);
        }
    }
}
