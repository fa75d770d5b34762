package org.elanus.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line in this process: what needs no running server. */
class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream systemOut = System.out;
    private final PrintStream systemErr = System.err;

    @TempDir
    private Path temporary;

    @BeforeEach
    void captureOutput() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restoreOutput() {
        System.setOut(systemOut);
        System.setErr(systemErr);
    }

    @Test
    void everyCommandHasHelp() {
        for (String[] command : new String[][] {
            {"--help"}, {"serve", "--help"}, {"plugin", "list", "--help"}, {"check", "--help"}, {"version", "--help"}
        }) {
            assertThat(Main.execute(command)).isZero();
        }
        assertThat(stdout()).contains("serve").contains("--management-port").contains("--json");
    }

    @Test
    void wrongUsageIsSaidWithExitCode2() {
        assertThat(Main.execute("serve", "--prot", "1")).isEqualTo(2);
        assertThat(stderr()).contains("--prot");
        assertThat(Main.execute()).isEqualTo(2);
        assertThat(Main.execute("serve", "--port", "many")).isEqualTo(2);
        assertThat(stderr()).contains("many");
        assertThat(Main.execute("dance")).isEqualTo(2);
    }

    @Test
    void versionNamesSpiJavaKernelsAndPlugins() throws IOException {
        plugin("greeter");

        assertThat(Main.execute("version", "--plugins", temporary.toString())).isZero();
        assertThat(stdout())
                .contains("spi      0.1.0")
                .contains("java     25")
                .contains("kernels  ")
                .contains("plugin   greeter 1.0.0");
    }

    @Test
    void pluginsAreListedWithoutAServer() throws IOException {
        plugin("greeter");
        Files.writeString(temporary.resolve("broken.jar"), "no jar");

        assertThat(Main.execute("plugin", "list", "--plugins", temporary.toString(), "--data", nowhere()))
                .isZero();
        assertThat(stdout()).contains("greeter", "1.0.0", "installed", "broken.jar", "failed");
        assertThat(Path.of(nowhere())).doesNotExist();
    }

    @Test
    void pluginsAreListedAsJson() throws IOException {
        plugin("greeter");

        assertThat(Main.execute("plugin", "list", "--json", "--plugins", temporary.toString(), "--data", nowhere()))
                .isZero();
        assertThat(stdout()).contains("\"id\" : \"greeter\"").contains("\"state\" : \"INSTALLED\"");
    }

    @Test
    void checkOfADirectoryWithoutDataIsRefused() {
        assertThat(Main.execute("check", "--data", nowhere())).isEqualTo(1);
        assertThat(stderr()).startsWith("elanus: ").contains(nowhere());
        assertThat(Path.of(nowhere())).doesNotExist();
    }

    @Test
    void wrongSettingsAreSaidAllAtOnceWithExitCode1() {
        assertThat(Main.execute(
                        "serve",
                        "--data",
                        nowhere(),
                        "--plugins",
                        temporary.toString(),
                        "--set",
                        "data.directori=x",
                        "--management-port",
                        "70000",
                        "--set",
                        "segment.idle=never"))
                .isEqualTo(1);
        assertThat(stderr())
                .contains("data.directori")
                .contains("data.directory")
                .contains("management.port = '70000' (--management-port)")
                .contains("segment.idle");
    }

    @Test
    void unreadableConfigurationTouchesNothing() throws IOException {
        Path file = Files.writeString(temporary.resolve("elanus.yaml"), "data:\n  directory: [" + nowhere() + "\n");

        assertThat(Main.execute("serve", "--config", file.toString(), "--data", nowhere()))
                .isEqualTo(1);
        assertThat(stderr()).contains("elanus.yaml:2: not valid YAML");
        assertThat(Path.of(nowhere())).doesNotExist();
    }

    @Test
    void missingStoreIsSaidWithTheReasonsOfFailedPlugins() throws IOException {
        plugin("greeter");

        assertThat(Main.execute(
                        "serve", "--data", nowhere(), "--plugins", temporary.toString(), "--management-port", "0"))
                .isEqualTo(1);
        assertThat(stderr())
                .contains("metadata.store = sql: there is no metadata store")
                .contains("failed plugins: greeter (")
                .contains("example.Greeter");
    }

    @Test
    void addressesThatListenEverywhereAreReachedLocally() {
        assertThat(ServeCommand.reachable("0.0.0.0:1")).isEqualTo("127.0.0.1:1");
        assertThat(ServeCommand.reachable("[::]:1")).isEqualTo("[::1]:1");
        assertThat(ServeCommand.reachable("10.0.0.7:19530")).isEqualTo("10.0.0.7:19530");
    }

    private String nowhere() {
        return temporary.resolve("nowhere").toString();
    }

    private void plugin(String id) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(temporary.resolve(id + ".jar")))) {
            jar.putNextEntry(new JarEntry("plugin.properties"));
            jar.write("plugin.id=%s\nplugin.class=example.Greeter\nplugin.version=1.0.0\nplugin.requires=>=0.1.0\n"
                    .formatted(id)
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    private String stdout() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String stderr() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
