package org.elanus.core.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.Wal;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.spi.wal.WalOpener;
import org.elanus.spi.wal.WalReader;

/** One process' connection to a broker with several topics that others could write, too. The topics outlive it. */
public final class SharedTopics implements WalOpener {

    public static final WalCapabilities CAPABILITIES = ContestedLog.CAPABILITIES;

    private final Map<String, ContestedLog> topics = new ConcurrentHashMap<>();
    private final Map<String, ContestedLog.Connection> connections = new ConcurrentHashMap<>();

    private ContestedLog.Connection connection(String channel) {
        return connections.computeIfAbsent(
                channel,
                name -> topics.computeIfAbsent(name, topic -> new ContestedLog())
                        .connect());
    }

    /** Nothing gets through, in either direction. */
    public void breakOff(boolean now) {
        connections.values().forEach(connection -> connection.breakOff(now));
    }

    /** What is appended arrives, but nothing comes back. */
    public void deafen(boolean now) {
        connections.values().forEach(connection -> connection.deafen(now));
    }

    /** What is appended arrives, but its append fails. */
    public void loseReplies(boolean now) {
        connections.values().forEach(connection -> connection.loseReplies(now));
    }

    /** Records that are in the topics. */
    public int records() {
        return topics.values().stream()
                .mapToInt(topic -> topic.records().size())
                .sum();
    }

    @Override
    public Wal open(ChannelInfo channel) {
        return connection(channel.name()).open(channel);
    }

    @Override
    public WalReader openReader(String channel) {
        return connection(channel).openReader(channel);
    }

    @Override
    public int compare(MessageId left, MessageId right) {
        return new ContestedLog().connect().compare(left, right);
    }

    @Override
    public void close() {}
}
