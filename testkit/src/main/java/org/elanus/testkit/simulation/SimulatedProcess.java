package org.elanus.testkit.simulation;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.elanus.core.engine.Engine;
import org.elanus.core.engine.EngineSettings;
import org.elanus.core.index.IndexTypes;
import org.elanus.core.registry.Registry;
import org.elanus.core.runtime.MemoryAccountant;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.Database;
import org.elanus.spi.database.Principal;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.event.Event;
import org.elanus.spi.io.Files;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.storage.ObjectStore;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.elanus.testkit.StartedPlugin;
import org.jspecify.annotations.Nullable;

/** One process of the server: the real engine, and the real plugins if there are any, on simulated machinery. */
final class SimulatedProcess implements SimulatedServer, Passage {

    static final Path ROOT = Path.of("/simulated");

    /** Rows from which on a segment has indexes. */
    private static final int SMALLEST_INDEX = 2;

    private static final long MEMORY = 1L << 30;
    /** Short, so that what nothing refers to is deleted while the simulation lasts. */
    private static final long GRACE_MILLIS = 2_000;

    private final World world;
    private final Simulation.Builder settings;
    private final int incarnation;
    private final Machine machine;
    private final CrashTarget target;
    private final SeededScheduler scheduler;
    private final SimulatedClock clock;
    private final SimulatedThread.ThreadGroup group = new SimulatedThread.ThreadGroup();
    private final SimulatedThreads inside;
    private final SimulatedThreads outside;
    private final SimulatedRandomness randomness;
    private final SplittableRandom random;
    private final DiskFaults diskFaults;
    private final SimulatedMetadata metadata;
    private final long firstStep;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private int hitsLeft;
    private @Nullable Engine engine;
    private @Nullable Database database;

    SimulatedProcess(
            World world,
            Simulation.Builder settings,
            int incarnation,
            Machine found,
            CrashTarget target,
            boolean sound) {
        this.world = world;
        this.settings = settings;
        this.incarnation = incarnation;
        this.target = target;
        this.scheduler = world.scheduler();
        this.clock = world.clock();
        this.hitsLeft = target.occurrence();
        this.firstStep = scheduler.steps();
        this.random = new SplittableRandom(settings.seed * 31 + incarnation);
        this.randomness = new SimulatedRandomness(random.nextLong());
        this.inside = new SimulatedThreads(scheduler, clock, group, "", false, this::taskFailed);
        this.outside = new SimulatedThreads(scheduler, clock, group, "scenario/", true, this::taskFailed);
        this.machine = found.with(found.metadata().copy(inside));
        this.diskFaults =
                new DiskFaults(random.split(), !sound && settings.faults.has(FaultPlan.Family.DISK), world::journal);
        this.metadata = new SimulatedMetadata(
                machine.metadata(),
                this,
                this::activity,
                random.split(),
                !sound && settings.faults.has(FaultPlan.Family.LOG),
                world::journal);
    }

    /** Opens everything, as the server does. On a thread of this process. */
    void start() throws IOException {
        Files files = settings.files.apply(new SimulatedFiles(machine.disk(), ROOT, this, diskFaults, clock));
        Seams seams = new Seams(files, clock, inside, randomness);
        files.createDirectories(ROOT);
        MetadataStore store = opened(settings.metadata.apply(metadata));
        ObjectStore objects = machine.objects();
        if (settings.storagePlugin != null) {
            StartedPlugin plugin = StartedPlugin.start(
                    settings.storagePlugin.get(), seams, ROOT, settings.pluginSettings, settings.boundSettings);
            open.push(plugin);
            objects = opened(plugin.objects().open());
        }
        objects = settings.objects.apply(new SimulatedObjects(objects, this, this::activity));
        String logName = "memory";
        WalCapabilities capabilities = machine.log().capabilities();
        WalOpener log;
        if (settings.logPlugin == null) {
            log = machine.log().opener(inside, clock);
        } else {
            StartedPlugin plugin = StartedPlugin.start(
                    settings.logPlugin.get(), seams, ROOT, settings.pluginSettings, settings.boundSettings);
            open.push(plugin);
            logName = plugin.log().name();
            capabilities = plugin.log().capabilities();
            log = plugin.log().build();
        }
        log = opened(settings.log.apply(log));
        Engine started = opened(Engine.open(new Engine.Parts(
                store,
                objects,
                logName,
                log,
                capabilities,
                new IndexTypes(new Registry(), SMALLEST_INDEX),
                seams,
                new MemoryAccountant(MEMORY),
                engineSettings(),
                this::happened)));
        engine = started;
        database = guarded(settings.database.apply(started.database()));
    }

    private static EngineSettings engineSettings() {
        return new EngineSettings(12 << 10, 3_000, 20_000, 16 << 10, 2, 1, GRACE_MILLIS);
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    /** Closes everything in reverse order. On a thread of this process. */
    void close() throws Exception {
        Exception first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** What an operator should look at. */
    List<String> problems() {
        Engine running = engine;
        return running == null
                ? List.of("the engine is not open")
                : running.health().problems();
    }

    /** Calls of the scenario are marked; one that a crash cuts off never returns. */
    private Database guarded(Database target) {
        return (Database) Proxy.newProxyInstance(
                Database.class.getClassLoader(),
                new Class<?>[] {Database.class},
                (proxy, method, arguments) -> call(target, method, arguments));
    }

    private @Nullable Object call(Database target, Method method, Object[] arguments) throws Throwable {
        SimulatedThread thread = scheduler.current();
        cutOff(thread);
        String before = thread.activity;
        thread.activity = switch (method.getName()) {
            case "flush" -> "flush";
            case "compact" -> "merge";
            default -> "";
        };
        thread.calls++;
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            if (!group.off && !(cause instanceof ElanusException)) {
                world.violation(method.getName() + " threw " + Failure.describe(cause));
            }
            throw cause;
        } finally {
            thread.calls--;
            thread.activity = before;
            cutOff(thread);
        }
    }

    private void cutOff(SimulatedThread thread) {
        while (group.off && thread.calls == 0) {
            LockSupport.park();
        }
    }

    private String activity() {
        return scheduler.current().activity;
    }

    private void happened(Event event) {
        String point = switch (event) {
            case Event.SegmentFlushed _ -> "flush: segments in service";
            case Event.SegmentsMerged _ -> "merge: segments in service";
            case Event.IndexBuilt _ -> "index: in service";
            default -> null;
        };
        if (point != null) {
            before(point);
            after(point);
        }
    }

    private void taskFailed(String name, Throwable error) {
        if (!group.off && !(error instanceof ElanusException)) {
            world.violation("the task " + name + " threw " + Failure.describe(error));
        }
    }

    @Override
    public void before(String point) {
        reached(point, DurabilityPoints.BEFORE);
        if (!group.off) {
            Thread.yield();
        }
    }

    @Override
    public void after(String point) {
        reached(point, DurabilityPoints.AFTER);
    }

    private void reached(String point, String side) {
        if (group.off) {
            return;
        }
        scheduler.mix(point.hashCode() + side.length());
        world.passed(point, side);
        String aim = target.point();
        if (aim != null
                && aim.length() == point.length() + side.length()
                && aim.startsWith(point)
                && aim.endsWith(side)
                && --hitsLeft == 0) {
            world.crash(this, aim);
        }
    }

    /** Whether a crash is due at this step. */
    boolean isDue() {
        return target.step() > 0 && scheduler.steps() - firstStep >= target.step();
    }

    @Override
    public boolean hadFaults() {
        return diskFaults.occurred() || metadata.occurred();
    }

    SimulatedThread.ThreadGroup group() {
        return group;
    }

    Machine machine() {
        return machine;
    }

    CrashTarget target() {
        return target;
    }

    @Override
    public Database database() {
        return Objects.requireNonNull(database, "the server is not up");
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Threads threads() {
        return outside;
    }

    @Override
    public Randomness randomness() {
        return randomness;
    }

    @Override
    public CallContext context() {
        return CallContext.of(Principal.ANONYMOUS);
    }

    @Override
    public int incarnation() {
        return incarnation;
    }

    @Override
    public void wakeBackgroundWork() {
        inside.wakeAll();
    }

    @Override
    public List<String> damages() {
        return List.copyOf(world.damages());
    }

    List<String> waitingThreads() {
        return new ArrayList<>(scheduler.waiting());
    }
}
