package org.elanus.testkit.simulation;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataEntry;
import org.elanus.spi.metadata.MetadataListener;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataTransaction;

/** The metadata store of one process: its commits are durability points, and may end with an unknown outcome. */
final class SimulatedMetadata implements MetadataStore {

    private static final int COMMITS = 40;

    private final MetadataStore store;
    private final Passage passage;
    private final Supplier<String> activity;
    private final Consumer<String> journal;
    private final boolean applied;
    private int unknownIn;
    private boolean occurred;

    /** @param activity of the current thread */
    SimulatedMetadata(
            MetadataStore store,
            Passage passage,
            Supplier<String> activity,
            RandomGenerator random,
            boolean faulty,
            Consumer<String> journal) {
        this.store = store;
        this.passage = passage;
        this.activity = activity;
        this.journal = journal;
        this.applied = random.nextBoolean();
        this.unknownIn = faulty && random.nextInt(3) == 0 ? 1 + random.nextInt(COMMITS) : 0;
    }

    @Override
    public Optional<MetadataEntry> get(String key) {
        return store.get(key);
    }

    @Override
    public List<MetadataEntry> list(String prefix) {
        return store.list(prefix);
    }

    @Override
    public long revision() {
        return store.revision();
    }

    @Override
    public long commit(MetadataTransaction transaction) {
        String point = DurabilityPoints.transaction(activity.get(), transaction);
        passage.before(point);
        if (unknownIn > 0 && --unknownIn == 0) {
            occurred = true;
            journal.accept("the outcome of '" + point + "' is unknown, it was " + (applied ? "" : "not ") + "applied");
            if (applied) {
                store.commit(transaction);
            }
            throw new ElanusException(
                    StandardErrorCode.IO_FAILURE, "the connection to the metadata store was lost, injected");
        }
        long revision = store.commit(transaction);
        passage.after(point);
        return revision;
    }

    @Override
    public AutoCloseable watch(String prefix, MetadataListener listener) {
        return store.watch(prefix, listener);
    }

    boolean occurred() {
        return occurred;
    }

    @Override
    public void close() {
        store.close();
    }
}
