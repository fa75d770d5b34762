package org.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.elanus.core.config.Configuration;
import org.elanus.core.runtime.Seams;
import org.elanus.core.wiring.OfflineCheck;
import org.elanus.core.wiring.OfflineLog;
import org.elanus.spi.database.CallContext;
import org.elanus.spi.database.DeleteRequest;
import org.elanus.spi.database.Filter;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database moves from one local log to another and back. {@code -Delanus.move.kills=N} sets at how many of the changes
 * that a move makes to files it is killed, {@code all} for every one; {@code -Delanus.seed=S} repeats a choice.
 */
class LogMoveTest {

    private static final String KILLS = System.getProperty("elanus.move.kills", "12");
    private static final int MANY = 1_000_000;

    @TempDir
    private Path temporary;

    private ClassLoader before;
    private URLClassLoader loader;

    /** Only these tests see the second log. */
    @BeforeEach
    void installSecondLog() throws IOException {
        Path services = Files.createDirectories(temporary.resolve("installed/META-INF/services"));
        Files.writeString(
                services.resolve("org.elanus.spi.plugin.ElanusPlugin"), SecondLogPlugin.class.getName() + "\n");
        before = Thread.currentThread().getContextClassLoader();
        loader = new URLClassLoader(new URL[] {url(temporary.resolve("installed"))}, before);
        Thread.currentThread().setContextClassLoader(loader);
    }

    @AfterEach
    void removeSecondLog() throws IOException {
        Thread.currentThread().setContextClassLoader(before);
        loader.close();
    }

    private static URL url(Path directory) throws MalformedURLException {
        return directory.toUri().toURL();
    }

    private static EmbeddedDatabase open(Path data, String log) {
        return Elanus.embedded()
                .dataDirectory(data)
                .set("log.wal", log)
                .set("plugins.wal-local.segment-size", "4KiB")
                .set("plugins.wal-second.segment-size", "4KiB")
                .open();
    }

    private OfflineLog.Moved move(Path data, String to) {
        return move(data, to, new DyingFiles(MANY), step -> {});
    }

    private OfflineLog.Moved move(Path data, String to, DyingFiles dying, Consumer<String> progress) {
        Seams real = Seams.system();
        Seams seams = new Seams(dying.over(real.files()), real.clock(), real.threads(), real.randomness());
        return OfflineLog.move(configuration(data), seams, loader, to, progress);
    }

    private static Configuration configuration(Path data) {
        return Configuration.builder(Seams.system().files())
                .set("data.directory", data.toString())
                .set("plugins.wal-local.segment-size", "4KiB")
                .set("plugins.wal-second.segment-size", "4KiB")
                .build();
    }

    private static void assertRows(Path data, String log, int rows) {
        try (EmbeddedDatabase database = open(data, log)) {
            assertRows(database, rows);
        }
    }

    private static void assertRows(EmbeddedDatabase database, int rows) {
        assertThat(database.rowCount(Words.CONTEXT, "words", "")).isEqualTo(rows);
        for (int key = 0; key < rows; key += 7) {
            assertThat(Words.nearest(database, key)).isEqualTo(key);
        }
    }

    @Test
    void databaseMovesThereAndBackAndThereAgainWithEveryRow() {
        Path data = temporary.resolve("data");
        try (EmbeddedDatabase database = open(data, "local")) {
            Words.create(database);
            Words.insert(database, 0, 100);
            database.flush(Words.CONTEXT, "words");
            Words.insert(database, 100, 50);
        }
        int rows = 150;
        String from = "local";
        for (String to : List.of("second", "local", "second")) {
            OfflineLog.Moved moved = move(data, to);
            assertThat(moved.from()).isEqualTo(from);
            assertThat(moved.to()).isEqualTo(to);
            assertThat(moved.result().rows()).isEqualTo(rows);
            String old = from;
            assertThatThrownBy(() -> open(data, old))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID))
                    .hasMessageContainingAll("'" + old + "'", "'" + to + "'", "bin/elanus wal move --to " + old);
            for (int round = 0; round < 3; round++) {
                try (EmbeddedDatabase database = open(data, to)) {
                    assertRows(database, rows);
                    Words.insert(database, rows, 20);
                    rows += 20;
                    if (round == 1) {
                        database.flush(Words.CONTEXT, "words"); // the log is truncated
                        Words.insert(database, rows, 1);
                        rows++;
                    }
                }
            }
            assertThat(OfflineCheck.run(configuration(data), Seams.system(), loader, line -> {})).isEmpty();
            from = to;
        }
    }

    @Test
    void requestThatWasAcknowledgedBeforeTheMoveTakesEffectOnce() {
        Path data = temporary.resolve("data");
        CallContext keyed = new CallContext(
                Words.CONTEXT.caller(),
                Words.CONTEXT.database(),
                Words.CONTEXT.deadlineNanos(),
                Words.CONTEXT.cancellation(),
                Optional.of("request-1"),
                Words.CONTEXT.requestId());
        try (EmbeddedDatabase database = open(data, "local")) {
            Words.create(database);
            Words.insert(database, keyed, 0, 10);
            database.delete(Words.CONTEXT, new DeleteRequest("words", "", Filter.of("id in [3, 4]")));
        }
        move(data, "second");

        try (EmbeddedDatabase database = open(data, "second")) {
            assertThat(database.rowCount(Words.CONTEXT, "words", "")).isEqualTo(8);
            Words.insert(database, keyed, 0, 10);
            assertThat(database.rowCount(Words.CONTEXT, "words", "")).isEqualTo(8);
        }
    }

    @Test
    void moveToTheLogThatADatabaseIsInOnlyVerifies() {
        Path data = temporary.resolve("data");
        try (EmbeddedDatabase database = open(data, "local")) {
            Words.create(database);
            Words.insert(database, 0, 30);
        }
        List<String> steps = new ArrayList<>();

        OfflineLog.Moved moved = move(data, "local", new DyingFiles(MANY), steps::add);

        assertThat(moved.from()).isEqualTo("local");
        assertThat(moved.result().rows()).isEqualTo(30);
        assertThat(steps).singleElement().asString().contains("verifying");
    }

    @Test
    void moveOfARunningDatabaseIsRefused() {
        Path data = temporary.resolve("data");
        try (EmbeddedDatabase database = open(data, "local")) {
            Words.create(database);
            assertThatThrownBy(() -> move(data, "second"))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code()).isEqualTo(StandardErrorCode.ALREADY_IN_USE));
            Words.insert(database, 0, 3);
        }
        assertRows(data, "local", 3);
    }

    @Test
    void logThatIsNotInstalledIsRefusedAndTheOthersAreNamed() {
        Path data = temporary.resolve("data");
        open(data, "local").close();

        assertThatThrownBy(() -> move(data, "third")).hasMessageContainingAll("third", "local", "second");
        try (EmbeddedDatabase database = open(data, "local")) {
            Words.create(database);
        }
    }

    @Test
    void recordsOfAnotherDatabaseAreNotWrittenOver() throws IOException {
        Path other = temporary.resolve("other");
        try (EmbeddedDatabase database = open(other, "second")) {
            Words.create(database);
            Words.insert(database, 0, 10);
        }
        Path data = temporary.resolve("data");
        try (EmbeddedDatabase database = open(data, "local")) {
            Words.create(database);
            Words.insert(database, 0, 30);
        }
        copy(other.resolve("wal-second"), data.resolve("wal-second"));

        assertThatThrownBy(() -> move(data, "second"))
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).isEqualTo(StandardErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("another database");
        assertRows(data, "local", 30);
        deleteAll(other.resolve("wal-second"));
        copy(data.resolve("wal-second"), other.resolve("wal-second"));
        assertRows(other, "second", 10);
    }

    @Test
    void moveKilledAtAnyChangeLeavesADatabaseInOneOfTheLogsAndIsDoneAgain() throws IOException {
        Path base = temporary.resolve("base");
        try (EmbeddedDatabase database = open(base, "local")) {
            Words.create(database);
            Words.insert(database, 0, 40);
            database.flush(Words.CONTEXT, "words");
            Words.insert(database, 40, 30);
        }
        Path whole = temporary.resolve("whole");
        copy(base, whole);
        DyingFiles counting = new DyingFiles(MANY);
        move(whole, "second", counting, step -> {});
        int changes = counting.made(MANY);
        assertRows(whole, "second", 70);

        int old = 0;
        int moved = 0;
        for (int kill : kills(changes)) {
            Path data = temporary.resolve("killed-" + kill);
            copy(base, data);
            DyingFiles dying = new DyingFiles(kill);
            assertThatThrownBy(() -> move(data, "second", dying, step -> {}))
                    .as("killed after %d of %d changes", kill, changes);
            assertThat(dying.isDead()).isTrue();
            if (verifyAndFinish(data, "killed after %d of %d changes".formatted(kill, changes))) {
                moved++;
            } else {
                old++;
            }
            deleteAll(data);
        }
        System.out.printf(
                "LogMoveTest: killed at %d of %d changes: %d times in the old log, %d times in the new one%n",
                old + moved, changes, old, moved);
        assertThat(old).isPositive();
    }

    @Test
    void moveKilledAtEachOfItsStepsIsDoneAgain() throws IOException {
        Path base = temporary.resolve("base");
        try (EmbeddedDatabase database = open(base, "local")) {
            Words.create(database);
            Words.insert(database, 0, 70);
        }
        Path whole = temporary.resolve("whole");
        copy(base, whole);
        List<String> steps = new ArrayList<>();
        move(whole, "second", new DyingFiles(MANY), steps::add);
        assertThat(steps).hasSize(6);
        int moved = 0;
        for (int step = 0; step < steps.size(); step++) {
            Path data = temporary.resolve("killed-" + step);
            copy(base, data);
            DyingFiles dying = new DyingFiles(MANY);
            String last = steps.get(step);
            assertThatThrownBy(() -> move(data, "second", dying, announced -> {
                        if (announced.equals(last)) {
                            dying.die();
                            throw new IllegalStateException("killed");
                        }
                    }))
                    .as(last)
                    .isInstanceOf(IllegalStateException.class);
            boolean there = verifyAndFinish(data, last);
            assertThat(there).as(last).isEqualTo(step == steps.size() - 1);
            moved += there ? 1 : 0;
        }
        assertThat(moved).isEqualTo(1);
    }

    /** @return whether the database was in the new log already */
    private boolean verifyAndFinish(Path data, String context) {
        boolean moved = false;
        EmbeddedDatabase opened;
        try {
            opened = open(data, "local");
        } catch (ElanusException e) {
            assertThat(e.code()).as(context).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID);
            moved = true;
            opened = open(data, "second");
        }
        try (EmbeddedDatabase database = opened) {
            assertRows(database, 70);
            Words.insert(database, 70, 1);
        }
        assertThat(move(data, "second").result().rows()).as(context).isEqualTo(71);
        assertRows(data, "second", 71);
        return moved;
    }

    private static Set<Integer> kills(int changes) {
        Set<Integer> kills = new TreeSet<>();
        if (KILLS.equals("all")) {
            for (int kill = 0; kill < changes; kill++) {
                kills.add(kill);
            }
            return kills;
        }
        long seed = Long.getLong("elanus.seed", System.nanoTime());
        System.out.println("LogMoveTest: elanus.seed=" + seed);
        int count = Math.min(Integer.parseInt(KILLS), changes);
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            // One of each stretch, so that every part of the move is met.
            int first = (int) ((long) changes * i / count);
            int end = (int) ((long) changes * (i + 1) / count);
            kills.add(first + random.nextInt(end - first));
        }
        return kills;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void deleteAll(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path closed, java.io.IOException e) throws IOException {
                Files.delete(closed);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
