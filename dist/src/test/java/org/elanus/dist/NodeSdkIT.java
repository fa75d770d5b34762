package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official Node SDK, unmodified and in a process of its own, against the server; the scenario compares every answer
 * with an exact one. Needs node and npm, which fetches the SDK into {@code target}.
 */
class NodeSdkIT {

    private static final int ROWS = 4_000;

    @TempDir
    private Path temporary;

    @Test
    void theScenarioPassesInAProcessOfNode() throws Exception {
        NodeSdk sdk = NodeSdk.install(temporary);
        Words words = Words.load(ROWS);
        Path labels = Files.write(temporary.resolve("words.txt"), words.labels());
        Path vectors = Files.write(temporary.resolve("vectors.f32"), bytes(words.vectors()));
        try (ServerProcess server = ServerProcess.start(temporary.resolve("data"))) {
            NodeSdk.Outcome scenario =
                    sdk.run("scenario.js", "127.0.0.1:" + server.port(), vectors.toString(), labels.toString());
            assertThat(scenario.exit()).as(scenario.output()).isZero();
            assertThat(scenario.output()).contains("the scenario passed");
        }
    }

    private static byte[] bytes(float[][] vectors) {
        ByteBuffer buffer =
                ByteBuffer.allocate(4 * vectors.length * Words.DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] vector : vectors) {
            for (float value : vector) {
                buffer.putFloat(value);
            }
        }
        return buffer.array();
    }
}
