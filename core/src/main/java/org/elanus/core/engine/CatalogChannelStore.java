package org.elanus.core.engine;

import java.util.Map;
import java.util.Set;
import org.elanus.core.catalog.Catalog;
import org.elanus.core.log.ChannelStore;

/** Keeps a channel's epoch and notes in the catalog. */
record CatalogChannelStore(Catalog catalog, String channel) implements ChannelStore {

    @Override
    public String database() {
        return catalog.clusterId();
    }

    @Override
    public long raiseEpoch() {
        return catalog.raiseEpoch(channel);
    }

    @Override
    public long epoch() {
        return catalog.epoch(channel);
    }

    @Override
    public Map<String, byte[]> notes() {
        return catalog.channelNotes(channel);
    }

    @Override
    public void note(long epoch, Map<String, byte[]> put, Set<String> remove) {
        catalog.changeChannelNotes(channel, epoch, put, remove);
    }
}
