package org.elanus.spi.event;

import org.elanus.spi.PluginImplements;

/**
 * Hears of events, asynchronously, one at a time and in order, through a bounded queue: what a slow listener makes
 * overflow is dropped and counted. What it throws is logged.
 */
@PluginImplements
@FunctionalInterface
public interface EventListener {

    void on(Event event);
}
