package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.common.ConsistencyLevel;
import io.milvus.v2.service.collection.request.CreateCollectionReq;
import io.milvus.v2.service.utility.request.FlushReq;
import io.milvus.v2.service.vector.request.InsertReq;
import io.milvus.v2.service.vector.request.QueryReq;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator meets at three in the morning: one clear sentence each. */
class StartErrorsIT {

    private static final int DIMENSION = 8;

    @TempDir
    private Path temporary;

    private static ServerProcess.Result serve(Path data, int port) {
        return ServerProcess.run(
                "serve",
                "--data",
                data.toString(),
                "--port",
                Integer.toString(port),
                "--management-port",
                Integer.toString(ServerProcess.freePort()));
    }

    private static void create(MilvusClientV2 client, String name, int rows) {
        client.createCollection(CreateCollectionReq.builder()
                .collectionName(name)
                .dimension(DIMENSION)
                .build());
        insert(client, name, 0, rows);
    }

    private static void insert(MilvusClientV2 client, String name, int first, int rows) {
        insert(client, name, first, rows, "");
    }

    private static void insert(MilvusClientV2 client, String name, int first, int rows, String filler) {
        List<JsonObject> data = new ArrayList<>();
        for (int i = first; i < first + rows; i++) {
            JsonObject row = new JsonObject();
            row.addProperty("id", (long) i);
            JsonArray vector = new JsonArray();
            for (int d = 0; d < DIMENSION; d++) {
                vector.add((float) Math.sin(i * 31 + d));
            }
            row.add("vector", vector);
            row.addProperty("filler", filler);
            data.add(row);
        }
        client.insert(InsertReq.builder().collectionName(name).data(data).build());
    }

    private static long count(MilvusClientV2 client, String name) {
        return (Long) client.query(QueryReq.builder()
                        .collectionName(name)
                        .outputFields(List.of("count(*)"))
                        .consistencyLevel(ConsistencyLevel.STRONG)
                        .build())
                .getQueryResults()
                .getFirst()
                .getEntity()
                .get("count(*)");
    }

    @Test
    void secondServerOnOneDirectoryAndTakenPortAreRefused() {
        Path data = temporary.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            ServerProcess.Result second = serve(data, ServerProcess.freePort());
            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.error()).contains(data.toString());
            assertThat(second.error()).contains(Long.toString(server.process().pid()));

            ServerProcess.Result taken = serve(temporary.resolve("other"), server.port());
            assertThat(taken.exit()).isEqualTo(1);
            assertThat(taken.error()).contains("127.0.0.1:" + server.port());

            ServerProcess.Result check = ServerProcess.run("check", "--data", data.toString());
            assertThat(check.exit()).isNotZero();
            assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void sigtermEndsCleanlyAndRestartHasEverything() {
        Path data = temporary.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            MilvusClientV2 client = server.connect();
            create(client, "kept", 500);
            client.close();
            assertThat(server.stop()).isZero();
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            MilvusClientV2 client = server.connect();
            assertThat(count(client, "kept")).isEqualTo(500);
            client.close();
            assertThat(server.stop()).isZero();
        }
    }

    @Test
    void corruptSegmentIsNamedAndOtherCollectionsAreServed() throws IOException {
        Path data = temporary.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            MilvusClientV2 client = server.connect();
            create(client, "good", 100);
            create(client, "bad", 3_000);
            client.flush(FlushReq.builder().collectionNames(List.of("bad")).build());
            client.close();
            server.stop();
        }
        Path segment;
        try (Stream<Path> files = Files.walk(data.resolve("storage-local"))) {
            segment = files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().startsWith("data-"))
                    .max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
        }
        flip(segment, Files.size(segment) / 2);

        ServerProcess.Result check = ServerProcess.run("check", "--data", data.toString());
        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.output() + check.error())
                .contains(segment.getFileName().toString());

        try (ServerProcess server = ServerProcess.start(data)) {
            MilvusClientV2 client = server.connect();
            assertThat(count(client, "good")).isEqualTo(100);
            assertThatThrownBy(() -> count(client, "bad"))
                    .hasMessageContaining(segment.getFileName().toString());
            client.close();
        }
        flip(segment, Files.size(segment) / 2);
        try (ServerProcess server = ServerProcess.start(data)) {
            MilvusClientV2 client = server.connect();
            assertThat(count(client, "bad")).isEqualTo(3_000);
            client.close();
        }
    }

    @Test
    void corruptLogInTheMiddleIsNamed() throws IOException {
        Path data = temporary.resolve("data");
        try (ServerProcess server = ServerProcess.start(data)) {
            MilvusClientV2 client = server.connect();
            create(client, "logged", 1_000);
            for (int i = 1; i < 20; i++) {
                insert(client, "logged", i * 1_000, 1_000);
            }
            client.close();
            server.kill();
        }
        Path log;
        try (Stream<Path> files = Files.walk(data.resolve("wal-local"))) {
            log = files.filter(Files::isRegularFile)
                    .max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
        }
        flip(log, Files.size(log) / 2);
        ServerProcess.Result start = serve(data, ServerProcess.freePort());
        assertThat(start.exit()).isEqualTo(1);
        assertThat(start.error()).contains(log.getFileName().toString());
        ServerProcess.Result check = ServerProcess.run("check", "--data", data.toString());
        assertThat(check.exit()).isEqualTo(1);
        assertThat(check.output() + check.error()).contains(log.getFileName().toString());

        flip(log, Files.size(log) / 2);
        try (ServerProcess server = ServerProcess.start(data)) {
            MilvusClientV2 client = server.connect();
            assertThat(count(client, "logged")).isEqualTo(20_000);
            client.close();
        }
    }

    private static void flip(Path file, long position) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(position);
            int value = open.read();
            open.seek(position);
            open.write(value ^ 0x10);
        }
    }

    @Test
    void fullDiskRefusesWritesKeepsWhatWasAcknowledgedAndRecovers() throws IOException, InterruptedException {
        Path disk = mount("size=160m");
        try {
            Path data = disk.resolve("data");
            long acknowledged = 0;
            try (ServerProcess server = ServerProcess.start(data)) {
                MilvusClientV2 client = server.connect();
                create(client, "filling", 1_000);
                acknowledged = 1_000;
                String message = "";
                while (message.isEmpty() && acknowledged < 500_000) {
                    try {
                        insert(client, "filling", (int) acknowledged, 1_000, "x".repeat(2_000));
                        acknowledged += 1_000;
                    } catch (RuntimeException e) {
                        message = String.valueOf(e.getMessage());
                    }
                }
                assertThat(message).containsIgnoringCase("space");
                assertThat(count(client, "filling")).isEqualTo(acknowledged);
                assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
                remount(disk, "size=400m");
                long more = acknowledged;
                org.awaitility.Awaitility.await()
                        .atMost(60, TimeUnit.SECONDS)
                        .ignoreExceptions()
                        .until(() -> {
                            insert(client, "filling", (int) more, 10);
                            return true;
                        });
                assertThat(count(client, "filling")).isEqualTo(acknowledged + 10);
                client.close();
                server.kill();
            }
            try (ServerProcess server = ServerProcess.start(data)) {
                MilvusClientV2 client = server.connect();
                assertThat(count(client, "filling")).isEqualTo(acknowledged + 10);
                client.close();
            }
        } finally {
            unmount(disk);
        }
    }

    @Test
    void readOnlyDirectoryIsNamed() throws IOException, InterruptedException {
        Path disk = mount("size=16m");
        try {
            remount(disk, "ro");
            Path data = disk.resolve("data");
            ServerProcess.Result start = ServerProcess.run(
                    "serve",
                    "--data",
                    data.toString(),
                    "--port",
                    Integer.toString(ServerProcess.freePort()),
                    "--management-port",
                    Integer.toString(ServerProcess.freePort()));
            assertThat(start.exit()).isEqualTo(1);
            assertThat(start.error()).contains(disk.toString());
        } finally {
            unmount(disk);
        }
    }

    /** A small file system of its own, where this process may mount one. */
    private Path mount(String options) throws IOException, InterruptedException {
        Path disk = Files.createDirectories(temporary.resolve("disk"));
        int exit = new ProcessBuilder("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        boolean required = "all".equals(System.getProperty("elanus.require"));
        Assumptions.assumeTrue(
                exit == 0 || required,
                "skipped: mounting a small tmpfs needs root; run the build as root to include it");
        assertThat(exit).as("mount -t tmpfs").isZero();
        return disk;
    }

    private static void remount(Path disk, String options) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mount", "-o", "remount," + options, disk.toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    private static void unmount(Path disk) throws IOException, InterruptedException {
        new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
    }
}
