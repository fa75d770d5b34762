package org.elanus.testkit.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.metadata.MetadataTransaction;
import org.jspecify.annotations.Nullable;

/**
 * The places at which something becomes durable, and the names by which crashes at them are counted. Every one has two
 * sides: the power goes just before it, or just after it.
 */
public final class DurabilityPoints {

    static final String BEFORE = ", before";
    static final String AFTER = ", after";
    /** Behind the name of a point where the process alone died, and the page cache stayed. */
    static final String KILLED = ", process killed";

    /** A crash at none of them. */
    static final String ANYWHERE = "any step";

    private static final List<String> WAL_LOCAL = List.of(
            "wal-local: create directory",
            "wal-local: create new file",
            "wal-local: write new file",
            "wal-local: force new file",
            "wal-local: rename new file",
            "wal-local: sync directory",
            "wal-local: write records",
            "wal-local: force records",
            "wal-local: shorten file",
            "wal-local: delete file",
            "wal-local: delete new file");

    /**
     * What some points need to find when a process starts.
     *
     * @param points at one of which the process before ends, with their sides
     * @param first hit of it at which it may
     * @param powerCut whether the page cache is lost then
     */
    record Leftover(List<String> points, int first, boolean powerCut) {}

    /** A file that has no name of its own yet. The name is there for sure when the page cache stays. */
    private static final Leftover UNFINISHED_FILE = new Leftover(
            List.of(
                    "wal-local: create new file" + AFTER,
                    "wal-local: write new file" + AFTER,
                    "wal-local: force new file" + AFTER,
                    "wal-local: rename new file" + BEFORE),
            1,
            false);

    /** Records behind those that count, of which a power cut leaves a part. */
    private static final Leftover TORN_END =
            new Leftover(List.of("wal-local: write records" + AFTER, "wal-local: force records" + BEFORE), 3, true);

    private static final List<String> STORAGE_LOCAL = List.of(
            "storage-local: create directory",
            "storage-local: create object",
            "storage-local: write object",
            "storage-local: force object",
            "storage-local: link object",
            "storage-local: sync directory",
            "storage-local: delete temporary",
            "storage-local: delete object");

    private static final List<String> ENGINE = List.of(
            "flush: begin object",
            "flush: commit object",
            "flush: manifest commit",
            "flush: segments in service",
            "merge: begin object",
            "merge: commit object",
            "merge: manifest commit",
            "merge: segments in service",
            "index: begin object",
            "index: commit object",
            "index: manifest commit",
            "index: in service",
            "metadata: channel epoch",
            "metadata: definitions",
            "metadata: other transaction");

    private static final List<String> RARE = List.of(
            "index: ",
            "merge: ",
            "metadata: other transaction",
            "storage-local: delete object",
            "wal-local: create directory",
            "wal-local: delete file");

    private DurabilityPoints() {}

    /** Whether only few processes pass the point, and those not often. */
    static boolean isRare(String point) {
        return RARE.stream().anyMatch(point::startsWith);
    }

    /** Whether it names a side of a point; else a crash elsewhere. */
    static boolean isSide(String name) {
        return name.endsWith(BEFORE) || name.endsWith(AFTER);
    }

    /** What must be left behind for a crash at this point; null when every process may pass it. */
    static @Nullable Leftover leftover(String point) {
        if (point.startsWith("wal-local: delete new file")) {
            return UNFINISHED_FILE;
        }
        return point.startsWith("wal-local: shorten file") ? TORN_END : null;
    }

    /** The names of points with both sides that crashes are aimed at. */
    static List<String> targets(boolean localLog, boolean localStorage) {
        List<String> all = new ArrayList<>(ENGINE);
        if (localLog) {
            all.addAll(WAL_LOCAL);
        }
        if (localStorage) {
            all.addAll(STORAGE_LOCAL);
        }
        List<String> sides = new ArrayList<>();
        for (String point : all) {
            sides.add(point + BEFORE);
            sides.add(point + AFTER);
        }
        return sides;
    }

    /**
     * An operation on a file.
     *
     * @param owner the id of the plugin whose file it is
     */
    static String file(String owner, String operation, Path path) {
        String name = path.toString();
        String kind = "file";
        if (owner.equals("wal-local")) {
            kind = name.endsWith(".log") ? "file" : "new file";
            if (kind.equals("file") && (operation.equals("write") || operation.equals("force"))) {
                kind = "records";
            }
        } else if (owner.equals("storage-local")) {
            boolean temporary = name.contains("/unfinished");
            kind = operation.equals("delete") && temporary ? "temporary" : "object";
        }
        return switch (operation) {
            case "sync directory", "create directory" -> owner + ": " + operation;
            default -> owner + ": " + operation + " " + kind;
        };
    }

    /** @param activity what the thread does, as far as known, such as {@code flush} */
    static String transaction(String activity, MetadataTransaction transaction) {
        boolean manifest = false;
        boolean removes = false;
        boolean epoch = false;
        boolean definition = false;
        for (MetadataTransaction.Write write : transaction.writes()) {
            String key = write.key();
            manifest |= key.startsWith("manifest/");
            removes |= write instanceof MetadataTransaction.Delete && key.contains("/segment/");
            epoch |= key.startsWith("epoch/");
            definition |= key.startsWith("collection/") || key.startsWith("name/") || key.startsWith("database/");
        }
        if (epoch) {
            return "metadata: channel epoch";
        }
        if (definition) {
            return "metadata: definitions";
        }
        if (manifest) {
            if (removes) {
                return "merge: manifest commit";
            }
            return activity.equals("merge") ? "index: manifest commit" : "flush: manifest commit";
        }
        return "metadata: other transaction";
    }

    static String object(String activity, String operation, String key) {
        String area = key.contains("/index-") ? "index" : activity.isEmpty() ? "objects" : activity;
        return area + ": " + operation + " object";
    }
}
