package org.elanus.core.access;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import org.elanus.core.metrics.CollectionNames;
import org.elanus.core.metrics.Meter;
import org.elanus.core.metrics.MeteredOperation;
import org.elanus.spi.auth.Action;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.event.Event;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The step that measures every call: how long it took, and what it failed with. Outermost, so that it sees what the steps
 * behind it refuse.
 */
public final class Metering implements Step {

    private final Meter meter;
    private final Clock clock;
    private final MeteredOperation signIn;
    /** The newest failure of a call on this thread. Weak: it may hold a plugin's classes. */
    private final ThreadLocal<@Nullable WeakReference<Throwable>> counted = new ThreadLocal<>();

    private final MeteredOperation[] operations;
    private final MeteredOperation[] actions;

    public Metering(Meter meter, Clock clock) {
        this.meter = meter;
        this.clock = clock;
        signIn = meter.operation("sign_in");
        operations = Arrays.stream(Operation.values())
                .map(operation -> meter.operation(name(operation)))
                .toArray(MeteredOperation[]::new);
        actions = Arrays.stream(Action.values())
                .map(action -> meter.operation(action.wireName()))
                .toArray(MeteredOperation[]::new);
    }

    /** Look-ups are named for what they do; every other operation is named for its method. */
    private static String name(Operation operation) {
        return switch (operation) {
            case DATABASE -> "describe_database";
            case DATABASES -> "list_databases";
            case COLLECTION -> "describe_collection";
            case COLLECTIONS -> "list_collections";
            case PARTITIONS -> "list_partitions";
            case ALIAS_TARGET -> "describe_alias";
            case INDEXES -> "list_indexes";
            case SEGMENTS -> "list_segments";
            default -> operation.method();
        };
    }

    @Override
    public Call enter(Call call) {
        meter.began();
        return call;
    }

    @Override
    public void leave(Call call, @Nullable Throwable failure) {
        Operation operation = call.operation();
        meter.ended(
                operations[operation.ordinal()],
                call.resource().database(),
                call.resource().collection(),
                clock.nanos() - call.beganNanos());
        // What was denied is counted where it is announced, as not only calls to the database can be.
        if (failure != null && !isDenied(failure)) {
            counted.set(new WeakReference<>(failure));
            meter.failed(failed(call), failure);
        }
        switch (operation) {
            case DROP_COLLECTION -> meter.namesChanged(failure == null ? label(call) : null);
            case RENAME_COLLECTION, DROP_ALIAS, ALTER_ALIAS -> meter.namesChanged(null);
            default -> {}
        }
    }

    /** Counts what an endpoint says has failed, unless the database has just thrown it on this thread. */
    public void failed(Action action, Throwable error) {
        WeakReference<Throwable> last = counted.get();
        counted.remove();
        if ((last == null || last.get() != error) && !isDenied(error)) {
            meter.failed(actions[action.ordinal()], error);
        }
    }

    /** Counts what the door refuses; to be told of every event. */
    public void refused(Event event) {
        switch (event) {
            case Event.SignInRefused _ -> meter.failed(signIn, StandardErrorCode.UNAUTHENTICATED);
            case Event.AccessDenied denied ->
                meter.failed(actions[denied.action().ordinal()], StandardErrorCode.PERMISSION_DENIED);
            default -> {}
        }
    }

    private static boolean isDenied(Throwable failure) {
        return failure instanceof ElanusException known && known.code() == StandardErrorCode.PERMISSION_DENIED;
    }

    /** A look-up on behalf of a search is a search that failed: clients know what they asked for. */
    private MeteredOperation failed(Call call) {
        Action asked = call.context().action();
        return call.operation().kind() == Operation.Kind.LOOK_UP && asked != null
                ? actions[asked.ordinal()]
                : operations[call.operation().ordinal()];
    }

    private static String label(Call call) {
        return CollectionNames.labelOf(
                call.resource().database(), call.resource().collection());
    }
}
