package org.elanus.core.metrics;

/**
 * A kind of call; made once each, by {@link Meter#operation}.
 *
 * @param name as it stands in labels, such as {@code create_collection}
 * @param ofRows whether it reads or changes rows of one collection and is shown by collection, too
 */
public record MeteredOperation(String name, boolean ofRows) {}
