package org.elanus.spi.metrics;

import org.elanus.spi.PluginImplements;

/**
 * Takes measurements somewhere: to a page, to a collector. The core measures around every call and tells every reporter
 * the same.
 *
 * <p>A reporter is told asynchronously, by one thread at a time and in order, through a bounded queue, usually within a
 * tenth of a second: no call waits for it. What a slow reporter makes overflow is dropped and counted
 * ({@code elanus_metrics_dropped_total}); what it throws is logged and counted, and it is told of the next. Label values
 * come from a bounded set: collections beyond the limit of {@code metrics.max-collections} are all called
 * {@code other}, names that no collection has {@code unknown}. A collection outside of the default database is called
 * {@code database.collection}.
 */
@PluginImplements
public interface MetricsReporter {

    /** Unique among reporters, in lower case, such as {@code prometheus}. */
    String name();

    /**
     * Called once, before anything else and after the plugin's start.
     *
     * @param source may be kept until the plugin stops; counters in it count from the start of the process
     */
    default void open(MetricsSource source) {}

    /**
     * A call that reads or changes rows ended, well or not.
     *
     * @param operationType such as {@code search}, {@code hybrid_search}, {@code query}, {@code insert}, {@code upsert},
     *     {@code delete}
     */
    void queryFinished(String collection, String operationType, long nanos);

    /**
     * Any call into the database ended, well or not; those of {@link #queryFinished} are among them.
     *
     * @param operation such as {@code create_collection}
     */
    default void callFinished(String operation, long nanos) {}

    /**
     * An index was created, dropped or built, or that failed.
     *
     * @param indexType such as {@code HNSW}; {@code unknown} when the index is not there
     * @param status one of {@code created}, {@code create_failed}, {@code dropped}, {@code drop_failed}, {@code built},
     *     {@code build_failed}
     */
    void indexOperation(String collection, String indexType, String status);

    /**
     * A call failed.
     *
     * @param errorType the error's code in lower case, such as {@code collection_not_found}
     */
    void error(String operation, String errorType);

    /** The collection was dropped or renamed: what was kept under this name is no longer shown. */
    default void collectionRemoved(String collection) {}
}
