package org.elanus.spi.metadata;

import java.util.List;
import org.elanus.spi.HostImplements;

/** Hears of committed transactions. */
@HostImplements
@FunctionalInterface
public interface MetadataListener {

    /** The watched keys that one transaction wrote or deleted. */
    void changed(long revision, List<String> keys);
}
