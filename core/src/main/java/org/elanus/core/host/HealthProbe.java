package org.elanus.core.host;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.Health;
import org.jspecify.annotations.Nullable;

/**
 * Asks one plugin for its health, one question at a time: a plugin whose {@code health()} hangs costs one thread, and
 * those who ask meanwhile get the last answer. Safe for use by many threads.
 */
final class HealthProbe {

    private final HostServices services;
    private final AtomicReference<@Nullable Question> pending = new AtomicReference<>();
    private volatile Health last = Health.healthy();

    /** @param since when it was asked, on the monotonic clock */
    private record Question(long since) {}

    HealthProbe(HostServices services) {
        this.services = services;
    }

    Health ask(String plugin, ClassLoader loader, ElanusPlugin instance, AtomicLong errors) {
        Question question = new Question(services.clock().nanos());
        Question present = pending.compareAndExchange(null, question);
        if (present != null) {
            long waited = question.since - present.since;
            return waited <= services.limits().healthLimit().toNanos() ? last : unanswered();
        }
        try {
            last = services.calls()
                    .call(plugin, loader, "health", services.limits().healthLimit(), () -> {
                        try {
                            Health health = instance.health();
                            return health.state() == null || health.message() == null
                                    ? Health.unhealthy("health() gave an incomplete answer")
                                    : health;
                        } finally {
                            pending.set(null);
                        }
                    });
            return last;
        } catch (PluginRefusedException e) {
            errors.incrementAndGet();
            return pending.get() == question ? unanswered() : Health.unhealthy("health() failed: " + e.getMessage());
        }
    }

    private Health unanswered() {
        return Health.unhealthy("health() did not answer within "
                + LifeCycleCalls.inWords(services.limits().healthLimit()));
    }
}
