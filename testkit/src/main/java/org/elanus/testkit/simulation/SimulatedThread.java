package org.elanus.testkit.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One virtual thread under the scheduler, which is also the executor that the JDK hands its turns to. */
final class SimulatedThread implements Executor {

    private final SeededScheduler scheduler;
    final ThreadGroup group;
    final int id;
    final String name;
    /** Whether it belongs to the scenario rather than to the server. */
    final boolean outside;
    /** What the thread is doing at the moment, such as {@code flush}, to name durability points by. */
    String activity = "";
    /** How many calls into the server a thread of the scenario is in. */
    int calls;

    int priority;

    @Nullable
    Thread thread;

    @Nullable
    Runnable turn;

    /** The threads of one process. */
    static final class ThreadGroup {
        /** Nothing of it runs any more. */
        boolean ended;
        /** The power is off: only what gives memory back runs on. */
        boolean off;
        /** Stopped for a while, wherever its threads are. */
        boolean frozen;

        /** Threads that could run if the group were not frozen. */
        final List<SimulatedThread> held = new ArrayList<>();

        int started;
        int running;
    }

    SimulatedThread(SeededScheduler scheduler, ThreadGroup group, int id, String name, boolean outside) {
        this.scheduler = scheduler;
        this.group = group;
        this.id = id;
        this.name = name;
        this.outside = outside;
    }

    @Override
    public void execute(Runnable next) {
        turn = next;
        scheduler.ready(this);
    }

    boolean mayRun() {
        return !group.ended && (!group.off || !outside || calls > 0);
    }
}
