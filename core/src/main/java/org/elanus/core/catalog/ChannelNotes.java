package org.elanus.core.catalog;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;

/** Small things that the owner of a physical channel keeps beside its log. Nobody but the present owner changes them. */
final class ChannelNotes {

    private final MetadataStore store;

    ChannelNotes(MetadataStore store) {
        this.store = store;
    }

    Map<String, byte[]> all(String channel) {
        String prefix = CatalogKeys.channel(channel);
        Map<String, byte[]> notes = new TreeMap<>();
        for (MetadataEntry entry : store.list(prefix)) {
            notes.put(entry.key().substring(prefix.length()), entry.value());
        }
        return notes;
    }

    void change(String channel, long epoch, Map<String, byte[]> put, Set<String> remove) {
        String key = CatalogKeys.epoch(channel);
        Optional<MetadataEntry> entry = store.get(key);
        long now = entry.map(found -> CatalogFormat.counter(key, found.value())).orElse(0L);
        if (now != epoch) {
            throw deposed(channel, epoch);
        }
        MetadataTransaction.Builder transaction = MetadataTransaction.builder()
                .requireRevision(key, entry.map(MetadataEntry::revision).orElse(0L));
        put.forEach((name, value) -> transaction.put(CatalogKeys.channel(channel) + name, value));
        remove.forEach(name -> transaction.delete(CatalogKeys.channel(channel) + name));
        try {
            store.commit(transaction.build());
        } catch (ElanusException e) {
            throw e.code() == StandardErrorCode.CONFLICT ? deposed(channel, epoch) : e;
        }
    }

    private static ElanusException deposed(String channel, long epoch) {
        return new ElanusException(
                StandardErrorCode.FENCED,
                "channel '" + channel + "' was taken over by another process; this one had epoch " + epoch);
    }
}
