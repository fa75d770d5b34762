package org.elanus.testkit.simulation.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.runtime.Threads;
import org.elanus.spi.wal.MessageId;
import org.elanus.spi.wal.WalCapabilities;
import org.elanus.testkit.simulation.SimulatedCluster.SimulatedNode;

/**
 * One channel of a log that several processes of a simulation reach over a network, without exclusive ownership: what
 * reaches it is stored, whoever wrote it. It takes no lock, because one simulated thread runs at a time and a process
 * may freeze anywhere.
 */
final class SharedLog {

    static final String NAME = "shared";

    /** A record in its place. */
    record Stored(long id, byte[] bytes, Map<String, String> properties) {}

    final RandomGenerator random;
    /** Of the network and the log themselves: they neither freeze nor die. */
    final Threads network;

    private final WalCapabilities capabilities;
    private final Set<LogFault> faults;
    private final List<Stored> records = new ArrayList<>();
    private final List<SharedLogOpener> openers = new ArrayList<>();
    /** Payloads that were durable and are lost: their writers and readers may know of them. */
    private final Set<ByteBuffer> lost = new HashSet<>();

    private long nextId = 1;
    /** What is older was truncated away. */
    private long firstId;

    private long term;
    /** Messages that have neither arrived nor been lost. */
    int underWay;

    SharedLog(Set<LogFault> faults, Threads network, RandomGenerator random) {
        this.faults = faults.isEmpty() ? EnumSet.noneOf(LogFault.class) : EnumSet.copyOf(faults);
        this.network = network;
        this.random = random;
        this.capabilities = new WalCapabilities(
                false,
                faults.contains(LogFault.FENCING),
                faults.contains(LogFault.TRUNCATION),
                WalCapabilities.SMALLEST_MAX_RECORD_BYTES);
    }

    WalCapabilities capabilities() {
        return capabilities;
    }

    SharedLogOpener opener(SimulatedNode node) {
        SharedLogOpener opener = new SharedLogOpener(this, node);
        openers.add(opener);
        return opener;
    }

    /** From now on it does what it promises. */
    void heal() {
        faults.removeIf(fault -> fault != LogFault.FENCING && fault != LogFault.TRUNCATION);
    }

    /** Whether a fault happens now. */
    boolean strikes(LogFault fault, int oneIn) {
        return faults.contains(fault) && random.nextInt(oneIn) == 0;
    }

    boolean fenced(long handleTerm) {
        return capabilities.fencing() && handleTerm < term;
    }

    /** An appending handle was opened. */
    void opened(long handleTerm) {
        term = Math.max(term, handleTerm);
    }

    long highestTerm() {
        return capabilities.fencing() ? term : 0;
    }

    MessageId store(byte[] bytes, Map<String, String> properties) {
        Stored stored = new Stored(nextId, bytes, properties);
        nextId += 1 + random.nextInt(3); // as in logs whose own marks take places
        records.add(stored);
        openers.forEach(SharedLogOpener::wake);
        return id(stored.id);
    }

    /** An id that was given to nobody. */
    MessageId unusedId() {
        return id(nextId);
    }

    /** The newest records are gone, and their ids are given out again. */
    void loseTail(int count) {
        for (int i = 0; i < count && records.size() > 1; i++) {
            Stored gone = records.removeLast();
            lost.add(ByteBuffer.wrap(gone.bytes));
            nextId = gone.id;
        }
    }

    /** Stores a record again under a header that follows the newest one in all but the previous checksum. */
    void forge() {
        int at = random.nextInt(Math.max(1, records.size()));
        if (records.size() < 3 || !FrameHeader.isWholeBatch(records.get(at).bytes)) {
            return;
        }
        FrameHeader newest = new FrameHeader(records.getLast().bytes);
        byte[] forged = records.get(at).bytes.clone();
        FrameHeader header = new FrameHeader(forged);
        header.place(newest.epoch(), newest.sequence() + 1, newest.timestamp() + 1, ~newest.crc());
        store(forged, records.get(at).properties);
    }

    boolean hasLostAny() {
        return !lost.isEmpty();
    }

    void truncate(long upTo) {
        if (capabilities.truncation()) {
            records.removeIf(record -> record.id <= upTo);
            firstId = Math.max(firstId, upTo + 1);
        }
    }

    /** The index of the first record with at least this id. */
    int indexOf(long id) {
        int low = 0;
        int high = records.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (records.get(middle).id < id) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    int size() {
        return records.size();
    }

    Stored get(int index) {
        return records.get(index);
    }

    long firstId() {
        return firstId;
    }

    long endId() {
        return nextId;
    }

    static MessageId id(long number) {
        return new MessageId(
                NAME, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    static long number(MessageId id) {
        byte[] bytes = id.bytes();
        if (!id.walName().equals(NAME) || bytes.length != Long.BYTES) {
            throw ElanusException.invalid("%s is not a position in a log of the kind '%s'", id, NAME);
        }
        return ByteBuffer.wrap(bytes).getLong();
    }
}
