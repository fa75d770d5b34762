package org.elanus.core.engine;

import java.util.List;
import java.util.Optional;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataListener;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;

/** A metadata store that goes away in the middle of a commit, before or after it took effect. */
final class FaultyMetadata implements MetadataStore {

    enum Fault {
        NONE,
        LOSES_THE_COMMIT,
        LOSES_THE_REPLY
    }

    private final MetadataStore store;
    private volatile Fault next = Fault.NONE;
    private volatile boolean away;

    FaultyMetadata(MetadataStore store) {
        this.store = store;
    }

    /** The next commit of a manifest fails so, and nothing is answered from then on until {@link #comeBack}. */
    void goAway(Fault fault) {
        next = fault;
    }

    void comeBack() {
        away = false;
        next = Fault.NONE;
    }

    private void requireThere() {
        if (away) {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "the metadata store does not answer");
        }
    }

    @Override
    public long commit(MetadataTransaction transaction) {
        requireThere();
        Fault fault = next;
        boolean manifest =
                transaction.writes().stream().anyMatch(write -> write.key().startsWith("manifest/"));
        if (fault == Fault.NONE || !manifest) {
            return store.commit(transaction);
        }
        if (fault == Fault.LOSES_THE_REPLY) {
            store.commit(transaction);
        }
        away = true;
        throw new ElanusException(StandardErrorCode.IO_FAILURE, "the connection broke");
    }

    @Override
    public Optional<MetadataEntry> get(String key) {
        requireThere();
        return store.get(key);
    }

    @Override
    public List<MetadataEntry> list(String prefix) {
        requireThere();
        return store.list(prefix);
    }

    @Override
    public long revision() {
        return store.revision();
    }

    @Override
    public AutoCloseable watch(String prefix, MetadataListener listener) {
        return store.watch(prefix, listener);
    }

    @Override
    public void close() {}
}
