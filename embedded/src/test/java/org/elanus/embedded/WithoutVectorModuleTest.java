package org.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that starts its JVM without any flag. */
class WithoutVectorModuleTest {

    @TempDir
    private Path directory;

    @Test
    void databaseWorksAndWarnsOnce() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Delanus.test.log=WARN",
                        "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Application.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        assertThat(output).contains("nearest: 1234").contains("vector module: false");
        assertThat(output.lines().filter(line -> line.contains("without the module jdk.incubator.vector")))
                .as(output)
                .hasSize(1);
    }

    /** The application. */
    static final class Application {

        public static void main(String[] arguments) {
            try (EmbeddedDatabase database =
                    Elanus.embedded().dataDirectory(Path.of(arguments[0])).open()) {
                Words.create(database);
                Words.insert(database, 0, 3000);
                database.flush(Words.CONTEXT, "words");
                System.out.println("nearest: " + Words.nearest(database, 1234));
            }
            System.out.println("vector module: "
                    + ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
        }
    }
}
