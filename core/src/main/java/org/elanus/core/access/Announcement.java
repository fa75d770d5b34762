package org.elanus.core.access;

import java.util.function.Consumer;
import org.elanus.spi.event.Event;
import org.elanus.spi.runtime.Clock;
import org.jspecify.annotations.Nullable;

/** The step that tells listeners who changed a definition. */
final class Announcement implements Step {

    private final Consumer<Event> events;
    private final Clock clock;

    Announcement(Consumer<Event> events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void leave(Call call, @Nullable Throwable failure) {
        if (failure == null && call.operation().kind() == Operation.Kind.DEFINITION) {
            events.accept(new Event.DefinitionChanged(
                    clock.millis(),
                    call.context().caller().name(),
                    call.operation().method(),
                    call.action(),
                    call.resource(),
                    call.context().requestId()));
        }
    }
}
