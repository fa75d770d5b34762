package org.elanus.core.index.scalar;

import org.elanus.core.index.ScalarIndex.TextVisitor;

/** Terms that are texts, ascending by bytes without sign. */
interface Texts {

    /** The first term that is not below a text. */
    int firstAtLeast(byte[] text);

    /** The first term above a text. */
    int firstAbove(byte[] text);

    /** The first term above all that begin with a prefix. */
    int firstBeyond(byte[] prefix);

    void visit(int from, int to, TextVisitor visitor);

    /** @throws org.elanus.spi.error.ElanusException CORRUPT */
    void check();
}
