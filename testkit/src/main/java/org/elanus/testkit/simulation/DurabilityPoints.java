package org.elanus.testkit.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.metadata.MetadataTransaction;

/**
 * The places at which something becomes durable, and the names by which crashes at them are counted. Every one has two
 * sides: the power goes just before it, or just after it.
 */
public final class DurabilityPoints {

    static final String BEFORE = ", before";
    static final String AFTER = ", after";
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
            "metadata: channel epoch",
            "metadata: definitions",
            "metadata: other transaction");

    private DurabilityPoints() {}

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

    /** What only a recovery from a crash at the given place passes; empty when it passes nothing special. */
    static List<String> afterwards(String place) {
        if (place.startsWith("wal-local:") && place.contains("new file")) {
            return List.of("wal-local: delete new file" + BEFORE, "wal-local: delete new file" + AFTER);
        }
        if (place.startsWith("wal-local:") && place.contains("records")) {
            return List.of("wal-local: shorten file" + BEFORE, "wal-local: shorten file" + AFTER);
        }
        return List.of();
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
            return activity.equals("flush") ? "flush: manifest commit" : "index: manifest commit";
        }
        return "metadata: other transaction";
    }

    static String object(String activity, String operation, String key) {
        String area = key.contains("/index-") ? "index" : activity.isEmpty() ? "objects" : activity;
        return area + ": " + operation + " object";
    }
}
