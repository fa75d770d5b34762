package org.elanus.core.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.runtime.Clock;

/**
 * What running plugins contribute, by kind (the SPI interface) and name. The host writes, everybody else reads by
 * taking leases: a contribution is stopped only after it was withdrawn and its last lease is closed.
 *
 * <p>Safe for use by many threads. Reads take no lock: they see one immutable picture; taking a lease is one
 * compare-and-set on the contribution.
 */
public final class Registry {

    private final ReentrantLock writing = new ReentrantLock();
    private volatile Map<Class<?>, Map<String, Entry<?>>> kinds = Map.of();

    /**
     * Makes a contribution visible.
     *
     * @param kind the interface under which it is looked up
     * @param plugin id of the plugin it belongs to
     * @throws ElanusException CONFIGURATION_INVALID naming both plugins when the kind has this name already
     */
    public <T> Registration register(Class<T> kind, String name, T contribution, String plugin) {
        Entry<T> entry = new Entry<>(this, kind, name, contribution, plugin);
        writing.lock();
        try {
            Map<String, Entry<?>> names = new LinkedHashMap<>(kinds.getOrDefault(kind, Map.of()));
            Entry<?> present = names.putIfAbsent(name, entry);
            if (present != null) {
                throw new ElanusException(
                        StandardErrorCode.CONFIGURATION_INVALID,
                        "plugins '%s' and '%s' both contribute the %s '%s'; remove one of them"
                                .formatted(present.plugin, plugin, describe(kind), name));
            }
            publish(kind, names);
        } finally {
            writing.unlock();
        }
        return entry;
    }

    /**
     * Takes a lease on one contribution; the caller closes it when it no longer uses the contribution or anything made
     * from it.
     *
     * @throws ElanusException INVALID_ARGUMENT that lists what is available
     */
    public <T> Lease<T> lease(Class<T> kind, String name) {
        Map<String, Entry<T>> names = entries(kind);
        Entry<T> entry = names.get(name);
        Lease<T> lease = entry == null ? null : entry.tryLease();
        if (lease == null) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT,
                    "there is no %s '%s'; %s".formatted(describe(kind), name, available(name, names)));
        }
        return lease;
    }

    /** Takes a lease on every contribution of a kind, in the order of their registration; the caller closes each. */
    public <T> List<Lease<T>> leases(Class<T> kind) {
        List<Lease<T>> leases = new ArrayList<>();
        for (Entry<T> entry : entries(kind).values()) {
            Lease<T> lease = entry.tryLease();
            if (lease != null) {
                leases.add(lease);
            }
        }
        return leases;
    }

    /** The names of a kind, in the order of their registration. */
    public <T> List<String> names(Class<T> kind) {
        return List.copyOf(entries(kind).keySet());
    }

    void remove(Entry<?> entry) {
        writing.lock();
        try {
            Map<String, Entry<?>> names = new LinkedHashMap<>(kinds.getOrDefault(entry.kind, Map.of()));
            if (names.remove(entry.name, entry)) {
                publish(entry.kind, names);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Kinds without contributions disappear, so that nothing of a plugin stays behind. */
    private void publish(Class<?> kind, Map<String, Entry<?>> names) {
        Map<Class<?>, Map<String, Entry<?>>> next = new LinkedHashMap<>(kinds);
        if (names.isEmpty()) {
            next.remove(kind);
        } else {
            next.put(kind, names);
        }
        kinds = next;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // register() puts only entries of the kind under it
    private <T> Map<String, Entry<T>> entries(Class<T> kind) {
        return (Map) kinds.getOrDefault(kind, Map.of());
    }

    private static String available(String name, Map<String, ?> names) {
        if (names.isEmpty()) {
            return "no plugin contributes one";
        }
        return "available: " + String.join(", ", names.keySet()) + Suggestion.didYouMean(name, names.keySet());
    }

    /** {@code ObjectStoreFactory} becomes {@code object store}. */
    private static String describe(Class<?> kind) {
        return kind.getSimpleName()
                .replaceAll("(OpenerBuilder|Factory|Type)$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    /** One contribution as the host holds it. Safe for use by many threads. */
    public interface Registration {

        /** Hides the contribution from new leases. Leases that are out stay valid. Harmless when repeated. */
        void withdraw();

        /**
         * Waits until a withdrawn contribution has no lease left.
         *
         * @return whether that happened within the limit
         */
        boolean awaitDrained(Clock clock, Duration limit) throws InterruptedException;

        /** Leases that are out now. */
        int leases();
    }

    /** The right to use a contribution. Used and closed by any thread; closing twice is harmless. */
    public interface Lease<T> extends AutoCloseable {

        /**
         * The contribution.
         *
         * @throws ElanusException CLOSED after {@link #close}
         */
        T get();

        /** Id of the plugin it belongs to. */
        String plugin();

        @Override
        void close();

        /** The contribution's name, for messages. */
        String name();
    }
}
