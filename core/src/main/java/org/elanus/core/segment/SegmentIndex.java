package org.elanus.core.segment;

import org.elanus.spi.database.MetricType;
import org.elanus.spi.index.VectorSearcher;

/** An open index over one vector field of a sealed segment. Safe for use by many threads. */
public interface SegmentIndex {

    /** The index type's name. */
    String type();

    MetricType metric();

    /** Takes a searcher for use by one thread; given back by {@link #giveBack}. */
    VectorSearcher borrow();

    void giveBack(VectorSearcher searcher);
}
