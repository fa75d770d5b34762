package org.elanus.core.manage;

import java.util.List;
import java.util.function.Supplier;
import org.elanus.core.registry.Registry;
import org.elanus.spi.auth.Door;

/**
 * What the management port shows; the suppliers are asked on every request, by many threads.
 *
 * @param notReady why the server does not serve yet; empty when it does
 * @param plugins every plugin that was found
 * @param registry has the routes that plugins contribute
 * @param door who stands before everything but health
 */
public record ManagementPages(
        Supplier<List<String>> notReady, Supplier<List<PluginStatus>> plugins, Registry registry, Door door) {}
