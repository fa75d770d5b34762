package org.elanus.plugin.indexhnsw;

import java.util.Arrays;

/**
 * Which nodes a walk has seen: a byte for each, compared with the number of the walk, and cleared once every 255 walks.
 * An identity that is out of range fails here, before it can become an address.
 */
final class Visited {

    final byte[] marks;
    private int walk;

    Visited(int nodes) {
        marks = new byte[nodes];
    }

    /** Forgets everything. Returns the mark of the new walk. */
    byte next() {
        if (++walk == 256) {
            Arrays.fill(marks, (byte) 0);
            walk = 1;
        }
        return (byte) walk;
    }
}
