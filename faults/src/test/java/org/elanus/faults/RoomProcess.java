package org.elanus.faults;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.elanus.core.log.ChannelLog;
import org.elanus.core.log.ChannelParts;
import org.elanus.core.log.DataRecord;
import org.elanus.core.log.LogPosition;
import org.elanus.core.log.LogSettings;
import org.elanus.core.runtime.HybridClock;
import org.elanus.core.runtime.Seams;
import org.elanus.spi.database.DataType;
import org.elanus.spi.database.FixedColumn;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalOpenerBuilder;

/**
 * A process that runs the log's room. It takes one command a line on its input and ends with it; what happens it says on
 * its output, one line each:
 *
 * <pre>
 * open CHANNEL               opened CHANNEL | refused CHANNEL CODE
 * append CHANNEL FROM COUNT  ack CHANNEL NUMBER SEQUENCE | fail CHANNEL NUMBER CODE ..., then appended CHANNEL;
 *                            ends with the first that fails
 * load CHANNEL FROM          ack and fail as above, on several threads until stopped
 * mark CHANNEL               mark CHANNEL NUMBER, the next that it appends
 * stop CHANNEL               appended CHANNEL, later
 * strong CHANNEL             strong CHANNEL SEQUENCE | refused CHANNEL CODE
 * view CHANNEL               view CHANNEL NUMBER:SEQUENCE ...
 * close CHANNEL              closed CHANNEL
 * </pre>
 */
final class RoomProcess {

    private static final LogSettings SETTINGS = new LogSettings(
            Duration.ofSeconds(60),
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            16 << 20);
    /** Appends under way at once. */
    private static final int WINDOW = 16;

    private static final int LOADERS = 4;
    private static final int KEYS = 20;

    private final WalOpenerBuilder builder;
    private final WalOpener opener;
    private final Path metadata;
    private final String name;
    private final Seams seams = Seams.system();
    private final Map<String, Room> rooms = new HashMap<>();
    private final PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true);

    private final AtomicInteger loading = new AtomicInteger();
    private final AtomicInteger loaders = new AtomicInteger();
    private volatile boolean loads;

    private record Room(ChannelLog log, Queue<String> seen) {}

    private RoomProcess(WalOpenerBuilder builder, Path metadata, String name) {
        this.builder = builder;
        this.opener = builder.build();
        this.metadata = metadata;
        this.name = name;
    }

    /** Arguments: name, file of the metadata, kind of log, its directory, settings as key=value. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (int i = 4; i < arguments.length; i++) {
            String[] parts = arguments[i].split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        WalOpenerBuilder builder = Logs.start(arguments[2], Path.of(arguments[3]), settings);
        RoomProcess process = new RoomProcess(builder, Path.of(arguments[1]), arguments[0]);
        process.say("ready " + ProcessHandle.current().pid());
        process.serve();
        Runtime.getRuntime().halt(0);
    }

    private void say(String line) {
        out.println(line);
    }

    private void serve() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            String channel = words[1];
            try {
                switch (words[0]) {
                    case "open" -> open(channel);
                    case "append" -> {
                        Room room = rooms.get(channel);
                        int from = Integer.parseInt(words[2]);
                        int count = Integer.parseInt(words[3]);
                        seams.threads().start("appends", () -> append(channel, room, from, count));
                    }
                    case "load" -> {
                        Room room = rooms.get(channel);
                        int from = Integer.parseInt(words[2]);
                        loading.set(from);
                        loads = true;
                        loaders.set(LOADERS);
                        for (int i = 0; i < LOADERS; i++) {
                            seams.threads().start("load-" + i, () -> load(channel, room));
                        }
                    }
                    case "mark" -> say("mark " + channel + " " + loading.get());
                    case "stop" -> loads = false;
                    case "strong" -> {
                        Room room = rooms.get(channel);
                        seams.threads().start("strong", () -> strong(channel, room));
                    }
                    case "view" -> say("view " + channel + " " + String.join(" ", rooms.get(channel).seen));
                    case "close" -> {
                        Room room = rooms.remove(channel);
                        if (room != null) {
                            room.log.close();
                        }
                        say("closed " + channel);
                    }
                    default -> throw new IllegalArgumentException(line);
                }
            } catch (ElanusException e) {
                refused(channel, e);
            }
        }
    }

    private void refused(String channel, ElanusException e) {
        say("refused " + channel + " " + e.code().name() + " "
                + String.valueOf(e.getMessage()).replace('\n', ' '));
    }

    private void open(String channel) {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        ChannelLog log = ChannelLog.open(new ChannelParts(
                opener,
                builder.capabilities(),
                channel,
                name,
                new SqliteChannelStore(metadata, channel),
                0,
                new HybridClock(seams.clock()),
                seams.clock(),
                seams.threads(),
                SETTINGS,
                record -> {
                    DataRecord data = record.data();
                    boolean whole = data.deletedKeys() instanceof FixedColumn keys
                            && keys.rows() == KEYS
                            && keys.getLong(KEYS - 1) == data.collectionId() * KEYS - 1;
                    seen.add((whole ? "" : "torn-") + data.collectionId() + ":" + record.sequence());
                }));
        rooms.put(channel, new Room(log, seen));
        say("opened " + channel);
    }

    private static DataRecord record(long number) {
        MemorySegment keys = MemorySegment.ofArray(new byte[8 * KEYS]);
        for (int i = 0; i < KEYS; i++) {
            keys.set(FixedColumn.LONG, 8L * i, (number - 1) * KEYS + i);
        }
        return new DataRecord(number, 0, 1, 1, new FixedColumn(DataType.INT64, KEYS, 8, keys, null), 0, null);
    }

    private void append(String channel, Room room, int from, int count) {
        Semaphore window = new Semaphore(WINDOW);
        AtomicBoolean failed = new AtomicBoolean();
        for (int number = from; number < from + count && !failed.get(); number++) {
            window.acquireUninterruptibly();
            long mine = number;
            CompletableFuture<LogPosition> done;
            try {
                done = room.log.append(record(mine));
            } catch (ElanusException e) {
                done = CompletableFuture.failedFuture(e);
            }
            done.whenComplete((position, error) -> {
                failed.compareAndSet(false, error != null);
                say(
                        error == null
                                ? "ack " + channel + " " + mine + " " + position.sequence()
                                : "fail " + channel + " " + mine + " "
                                        + (error instanceof ElanusException known
                                                ? known.code().name()
                                                : error.toString()));
                window.release();
            });
        }
        window.acquireUninterruptibly(WINDOW);
        say("appended " + channel);
    }

    /** Appends one record after the other until it is told to stop; waits a little when one fails. */
    private void load(String channel, Room room) {
        while (loads) {
            int number = loading.getAndIncrement();
            try {
                LogPosition position = ChannelLog.join(room.log.append(record(number)));
                say("ack " + channel + " " + number + " " + position.sequence());
            } catch (ElanusException e) {
                say("fail " + channel + " " + number + " " + e.code().name());
                try {
                    seams.clock().sleep(Duration.ofMillis(20));
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
        if (loaders.decrementAndGet() == 0) {
            say("appended " + channel);
        }
    }

    private void strong(String channel, Room room) {
        try {
            room.log.awaitApplied();
            say("strong " + channel + " " + room.log.applied().sequence());
        } catch (ElanusException e) {
            refused(channel, e);
        }
    }
}
