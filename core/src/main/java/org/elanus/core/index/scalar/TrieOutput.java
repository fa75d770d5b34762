package org.elanus.core.index.scalar;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/**
 * Writes sorted texts as a trie whose edges hold as many bytes as have no fork. Nodes go breadth first, so that the
 * children of a node lie together, in the order of their first bytes.
 */
final class TrieOutput {

    private final TextPool texts;
    private final int[] order;
    private int[] from = new int[64];
    private int[] to = new int[64];
    private int[] depth = new int[64];
    private int nodes;

    TrieOutput(TextPool texts, int[] order) {
        this.texts = texts;
        this.order = order;
    }

    /** Writes both sections. @return how many nodes there are */
    int write(SectionOutput output) {
        if (order.length > 0) {
            add(0, order.length, 0);
        }
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        output.begin(Section.NODES);
        for (int node = 0; node < nodes; node++) {
            int first = order[from[node]];
            int begin = depth[node];
            int end = common(first, order[to[node] - 1], begin);
            boolean terminal = texts.length(first) == end;
            output.writeInt(labels.size());
            if (labels.size() > Integer.MAX_VALUE / 2) {
                throw new ElanusException(
                        StandardErrorCode.UNSUPPORTED, "the distinct texts of a segment are too large for a TRIE");
            }
            for (int i = begin; i < end; i++) {
                labels.write(texts.at(first, i));
            }
            int firstChild = nodes;
            for (int i = from[node] + (terminal ? 1 : 0); i < to[node]; ) {
                int branch = texts.at(order[i], end);
                int next = i + 1;
                while (next < to[node] && texts.at(order[next], end) == branch) {
                    next++;
                }
                add(i, next, end);
                i = next;
            }
            output.writeInt(firstChild);
            output.writeInt(nodes - firstChild | (terminal ? ScalarFormat.TERMINAL : 0));
            output.writeInt(from[node]);
            output.writeInt(to[node]);
        }
        output.end(Section.NODES);
        output.begin(Section.LABELS);
        output.write(MemorySegment.ofArray(labels.toByteArray()));
        output.end(Section.LABELS);
        return nodes;
    }

    /** Where two texts that are equal up to a place stop being so. */
    private int common(int one, int other, int begin) {
        int end = Math.min(texts.length(one), texts.length(other));
        int at = begin;
        while (at < end && texts.at(one, at) == texts.at(other, at)) {
            at++;
        }
        return at;
    }

    private void add(int first, int end, int begin) {
        if (nodes == from.length) {
            from = Arrays.copyOf(from, nodes * 2);
            to = Arrays.copyOf(to, nodes * 2);
            depth = Arrays.copyOf(depth, nodes * 2);
        }
        from[nodes] = first;
        to[nodes] = end;
        depth[nodes++] = begin;
    }
}
