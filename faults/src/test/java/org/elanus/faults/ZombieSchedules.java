package org.elanus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Two processes with one log and their epochs in one SQLite file. In each schedule, on a channel of its own, the owner is
 * stopped at a random moment of its appends, the other process takes the channel and writes, and the first one goes on:
 * none of its late records is acknowledged or seen, and both read one history with everything acknowledged in it once.
 * {@code -Delanus.zombies=200} runs more schedules, {@code -Delanus.zombies.seed=} others; the report is
 * {@code target/zombies-*.txt}.
 */
final class ZombieSchedules {

    static final int COUNT = Integer.getInteger("elanus.zombies", 3);
    static final long SEED = Long.getLong("elanus.zombies.seed", 1);

    /** More than it gets done before it is stopped. */
    private static final int OWNER_RECORDS = 5_000;

    private static final int MOST_BEFORE_THE_STOP = 150;
    private static final int LATE_FROM = 500_001;
    private static final int OTHER_FROM = 1_000_001;
    private static final int OTHER_RECORDS = 20;
    private static final int LATE_RECORDS = 5;

    private final String kind;
    private final long seed;
    private final RemoteRoom[] rooms;
    private final List<String> violations = new ArrayList<>();
    private int schedules;
    private int acknowledged;
    private int late;
    private int unknown;
    private int stoppedMidway;

    private ZombieSchedules(String kind, long seed, RemoteRoom... rooms) {
        this.kind = kind;
        this.seed = seed;
        this.rooms = rooms;
    }

    /** Runs so many schedules and fails on a violation. */
    static void run(String kind, Path directory, Map<String, String> settings, int count, long seed)
            throws IOException {
        Path metadata = directory.resolve("epochs.sqlite");
        SqliteChannelStore.create(metadata);
        try (RemoteRoom first = new RemoteRoom("first", metadata, kind, directory, settings);
                RemoteRoom second = new RemoteRoom("second", metadata, kind, directory, settings)) {
            ZombieSchedules schedules = new ZombieSchedules(kind, seed, first, second);
            long began = System.nanoTime();
            for (int i = 0; i < count; i++) {
                schedules.schedule(i);
            }
            String report = schedules.report(System.nanoTime() - began);
            System.out.print(report);
            Files.createDirectories(Path.of("target"));
            Files.writeString(Path.of("target", "zombies-" + kind + ".txt"), report);
            assertThat(schedules.violations).as("seed %d", seed).isEmpty();
        }
    }

    private String report(long nanos) {
        return String.format(
                Locale.ROOT,
                "zombies on %s, seed %d: %d schedules in %.1f s, %d stopped midway, %d records acknowledged,"
                        + " %d appends of a deposed owner refused, %d of unknown outcome, %d violations%n",
                kind,
                seed,
                schedules,
                nanos / 1e9,
                stoppedMidway,
                acknowledged,
                late,
                unknown,
                violations.size());
    }

    private void schedule(int number) {
        Random random = new Random(seed * 1_000_003 + number);
        String channel = "zombie-" + Long.toUnsignedString(seed, 36) + "-" + number;
        RemoteRoom owner = rooms[random.nextInt(2)];
        RemoteRoom other = owner == rooms[0] ? rooms[1] : rooms[0];
        owner.forget();
        other.forget();
        owner.call("open " + channel, channel, "opened");

        int appending = owner.send("append " + channel + " 1 " + OWNER_RECORDS);
        int acks = random.nextInt(MOST_BEFORE_THE_STOP);
        if (acks > 0) {
            owner.await(appending, line -> line.startsWith("ack " + channel + " " + acks + " "));
        }
        pause(random.nextInt(3_000));
        owner.stop();
        boolean resumed = false;
        try {
            stoppedMidway += owner.said("ack", channel).size() < OWNER_RECORDS ? 1 : 0;
            boolean early = random.nextInt(4) == 0;
            int opening = other.send("open " + channel);
            if (early) {
                pause(random.nextInt(20_000));
                owner.resume();
                resumed = true;
            }
            other.await(opening, line -> line.equals("opened " + channel));
            if (!resumed && random.nextInt(4) == 0) {
                owner.resume();
                resumed = true;
            }
            other.call("append " + channel + " " + OTHER_FROM + " " + OTHER_RECORDS, channel, "appended");
        } finally {
            if (!resumed) {
                owner.resume();
            }
        }
        owner.await(appending, line -> line.equals("appended " + channel));
        expect(channel, other.said("ack", channel).size() == OTHER_RECORDS, "the new owner could not append all");

        // The deposed owner neither writes nor answers Strong reads.
        owner.call("append " + channel + " " + LATE_FROM + " " + LATE_RECORDS, channel, "appended");
        String strong = owner.call("strong " + channel, channel, "strong", "refused");
        expect(channel, strong.startsWith("refused " + channel + " FENCED"), "a deposed owner answers: " + strong);
        for (String ack : owner.said("ack", channel)) {
            int record = Integer.parseInt(ack.split(" ")[2]);
            expect(channel, record <= OWNER_RECORDS, "a deposed owner acknowledged: " + ack);
        }
        for (String fail : owner.said("fail", channel)) {
            String[] words = fail.split(" ");
            if (Integer.parseInt(words[2]) > OWNER_RECORDS) {
                late++;
                expect(channel, words[3].equals("FENCED"), "a deposed owner failed otherwise: " + fail);
            }
        }
        other.call("strong " + channel, channel, "strong");
        judge(channel, owner, other);
        schedules++;
    }

    private void judge(String channel, RemoteRoom owner, RemoteRoom other) {
        String[] seenByOwner = view(owner, channel);
        String[] seenByOther = view(other, channel);
        owner.call("close " + channel, channel, "closed");
        other.call("close " + channel, channel, "closed");
        owner.call("open " + channel, channel, "opened");
        String[] whole = view(owner, channel);
        owner.call("close " + channel, channel, "closed");
        expect(
                channel,
                List.of(seenByOther).equals(List.of(whole)),
                "the new owner saw " + List.of(seenByOther) + " of " + List.of(whole));
        expect(
                channel,
                seenByOwner.length <= whole.length
                        && List.of(seenByOwner).equals(List.of(whole).subList(0, seenByOwner.length)),
                "the deposed owner saw " + List.of(seenByOwner) + " of " + List.of(whole));
        Map<String, String> places = new HashMap<>();
        boolean taken = false;
        for (String seen : whole) {
            String[] parts = seen.split(":");
            if (seen.startsWith("torn")) {
                expect(channel, false, "record " + seen + " is not whole");
                continue;
            }
            expect(channel, places.put(parts[0], parts[1]) == null, "record " + parts[0] + " is there twice");
            boolean byOther = Integer.parseInt(parts[0]) >= OTHER_FROM;
            expect(channel, byOther || !taken, "a late record of a deposed owner is visible: " + parts[0]);
            taken |= byOther;
        }
        Set<String> acknowledgedRecords = new HashSet<>();
        for (RemoteRoom room : rooms) {
            for (String ack : room.said("ack", channel)) {
                String[] words = ack.split(" ");
                acknowledged++;
                expect(channel, acknowledgedRecords.add(words[2]), "record " + words[2] + " was acknowledged twice");
                expect(
                        channel,
                        words[3].equals(places.get(words[2])),
                        "record " + words[2] + " was acknowledged at " + words[3] + " and is at "
                                + places.get(words[2]));
            }
        }
        for (String fail : owner.said("fail", channel)) {
            unknown += places.containsKey(fail.split(" ")[2]) ? 1 : 0;
        }
    }

    private static String[] view(RemoteRoom room, String channel) {
        String line = room.call("view " + channel, channel, "view")
                .substring(("view " + channel).length())
                .strip();
        return line.isEmpty() ? new String[0] : line.split(" ");
    }

    private void expect(String channel, boolean holds, String what) {
        if (!holds) {
            violations.add(channel + ": " + what);
            System.out.println("VIOLATION " + channel + ": " + what);
        }
    }

    private static void pause(int micros) {
        try {
            TimeUnit.MICROSECONDS.sleep(micros);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
