package org.elanus.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.elanus.testkit.net.FaultProxy;
import org.elanus.testkit.servers.ChildServer;

/**
 * A broker that is killed and started again, connections that are reset, and a network that is parted, all under load:
 * nothing acknowledged is lost, nothing is there twice, and writing goes on by itself. {@code -Delanus.partition=30} sets
 * for how many seconds the network is parted; the times to recover are in {@code target/broker-faults.txt}.
 */
final class BrokerFaults {

    private static final int PARTITION_SECONDS = Integer.getInteger("elanus.partition", 3);

    /** Records before each fault. */
    private static final int LOAD = 300;

    private BrokerFaults() {}

    private interface Fault {
        void happen() throws Exception;
    }

    /** @param settings lead through the proxy */
    static void run(String kind, Path directory, ChildServer server, FaultProxy proxy, Map<String, String> settings)
            throws Exception {
        Path metadata = directory.resolve("epochs.sqlite");
        SqliteChannelStore.create(metadata);
        String channel = "faults";
        try (RemoteRoom room = new RemoteRoom("room", metadata, kind, directory, settings)) {
            room.call("open " + channel, channel, "opened");
            room.send("load " + channel + " 1");
            measured(kind, "connections reset", room, channel, proxy::reset);
            measured(kind, "partition of " + PARTITION_SECONDS + " s", room, channel, () -> {
                proxy.partition();
                TimeUnit.SECONDS.sleep(PARTITION_SECONDS);
                proxy.heal();
            });
            measured(kind, "broker killed and started again", room, channel, () -> {
                server.kill();
                server.start();
            });
            room.call("stop " + channel, channel, "appended");
            room.call("strong " + channel, channel, "strong");
            room.call("close " + channel, channel, "closed");
            judge(room, channel);
        }
    }

    /** Until appends that were begun after the fault was over are acknowledged. */
    private static void measured(String kind, String what, RemoteRoom room, String channel, Fault fault)
            throws Exception {
        int before = next(room, channel);
        room.await(0, line -> isAckOf(line, channel, before + LOAD));
        fault.happen();
        long healed = System.nanoTime();
        int number = next(room, channel);
        room.await(0, line -> isAckOf(line, channel, number));
        String line = String.format(
                Locale.ROOT,
                "%s: %s: writes go on %.1f s after it was over%n",
                kind,
                what,
                (System.nanoTime() - healed) / 1e9);
        System.out.print(line);
        try {
            Files.createDirectories(Path.of("target"));
            Files.writeString(
                    Path.of("target", "broker-faults.txt"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static int next(RemoteRoom room, String channel) {
        return Integer.parseInt(room.call("mark " + channel, channel, "mark").split(" ")[2]);
    }

    private static boolean isAckOf(String line, String channel, int atLeast) {
        return line.startsWith("ack " + channel + " ") && Integer.parseInt(line.split(" ")[2]) >= atLeast;
    }

    /** A new owner finds everything acknowledged, once and where it was acknowledged. */
    private static void judge(RemoteRoom room, String channel) {
        room.call("open " + channel, channel, "opened");
        String view = room.call("view " + channel, channel, "view");
        Map<String, String> places = new HashMap<>();
        for (String seen : view.substring(("view " + channel).length()).strip().split(" ")) {
            String[] parts = seen.split(":");
            assertThat(places.put(parts[0], parts[1]))
                    .as("record %s is there twice", parts[0])
                    .isNull();
        }
        int acknowledged = 0;
        for (String ack : room.said("ack", channel)) {
            String[] words = ack.split(" ");
            acknowledged++;
            assertThat(places.get(words[2])).as("record %s", words[2]).isEqualTo(words[3]);
        }
        assertThat(acknowledged).isGreaterThan(100);
        System.out.printf(
                Locale.ROOT,
                "%d records acknowledged, all there; %d more of unknown outcome%n",
                acknowledged,
                places.size() - acknowledged);
    }
}
