package org.elanus.core.host;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies that class loaders of stopped plugins are collected. The collector is asked from a thread of its own, since
 * frames of the asking thread may still hold what they no longer use.
 */
final class UnloadCheck {

    private static final Logger log = LoggerFactory.getLogger(UnloadCheck.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final Clock clock;
    private final LifeCycleCalls calls;

    UnloadCheck(Clock clock, Threads threads) {
        this.clock = clock;
        this.calls = new LifeCycleCalls(clock, threads);
    }

    /**
     * Waits until the loaders are collected, at most for the given time.
     *
     * @param loaders by the names of their plugins
     * @return what keeps those that are still there, in words, by plugin
     */
    Map<String, String> verify(Map<String, WeakReference<ClassLoader>> loaders, Duration limit) {
        if (loaders.isEmpty() || limit.isZero()) {
            return Map.of();
        }
        try {
            return calls.call(
                    "elanus",
                    ClassLoader.getPlatformClassLoader(),
                    "unload-check",
                    limit.plus(Duration.ofMinutes(1)),
                    () -> collect(loaders, limit));
        } catch (PluginRefusedException e) {
            log.warn("Whether the classes of {} were unloaded is not known: {}", loaders.keySet(), e.getMessage());
            return Map.of();
        }
    }

    private Map<String, String> collect(Map<String, WeakReference<ClassLoader>> loaders, Duration limit)
            throws InterruptedException {
        long end = clock.nanos() + limit.toNanos();
        WeakReference<Object> canary = new WeakReference<>(new Object());
        Duration pause = FIRST_PAUSE;
        while (true) {
            System.gc();
            if (loaders.values().stream().allMatch(loader -> loader.refersTo(null))) {
                return Map.of();
            }
            if (clock.nanos() >= end) {
                break;
            }
            clock.sleep(pause);
            pause = pause.compareTo(LONGEST_PAUSE) >= 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
        if (!canary.refersTo(null)) {
            log.warn(
                    "Whether the classes of {} were unloaded is not known: the JVM ignores requests to collect",
                    loaders.keySet());
            return Map.of();
        }
        Map<String, String> leaks = new LinkedHashMap<>();
        loaders.forEach((plugin, reference) -> {
            String reason = reason(reference.get());
            if (reason != null) {
                leaks.put(plugin, reason);
            }
        });
        return leaks;
    }

    private static @Nullable String reason(@Nullable ClassLoader loader) {
        if (loader == null) {
            return null;
        }
        List<String> suspects = new ArrayList<>(Suspects.of(loader));
        Reference.reachabilityFence(loader);
        return suspects.isEmpty()
                ? "something unknown; a heap dump shows what refers to the class loader '" + loader.getName() + "'"
                : String.join(", ", suspects);
    }
}
