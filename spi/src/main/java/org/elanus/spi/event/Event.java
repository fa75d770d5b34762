package org.elanus.spi.event;

import org.elanus.spi.auth.Action;
import org.elanus.spi.auth.Resource;

/** Something that happened. Later versions add kinds: a listener's switch has a default branch. */
public sealed interface Event {

    /** When, in milliseconds since 1970. */
    long millis();

    record CollectionCreated(long millis, String database, String collection, long collectionId) implements Event {}

    record CollectionDropped(long millis, String database, String collection, long collectionId) implements Event {}

    /** A growing segment became an immutable one and is committed. */
    record SegmentFlushed(long millis, long collectionId, long segmentId, long rows) implements Event {}

    record SegmentsMerged(long millis, long collectionId, int inputs, long segmentId, long rows) implements Event {}

    record IndexBuilt(long millis, long collectionId, long segmentId, String field, String indexType, long nanos)
            implements Event {}

    record PluginStarted(long millis, String plugin, String version) implements Event {}

    record PluginFailed(long millis, String plugin, String reason) implements Event {}

    record PluginStopped(long millis, String plugin) implements Event {}

    /**
     * A caller could not sign in.
     *
     * @param user as the caller gave it; empty when it gave none
     * @param remoteAddress empty when unknown
     * @param reason without a secret
     */
    record SignInRefused(long millis, String user, String remoteAddress, String reason) implements Event {}

    /** A caller asked for what it may not do. The reason is the authoriser's. */
    record AccessDenied(
            long millis, String user, Action action, Resource resource, String requestId, String reason)
            implements Event {}

    /**
     * A caller changed something else than rows.
     *
     * @param operation what was called, such as {@code createIndex}; for roles and grants with what it was about
     */
    record DefinitionChanged(
            long millis, String user, String operation, Action action, Resource resource, String requestId)
            implements Event {}
}
