package org.elanus.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.elanus.core.host.HostFixture.state;
import static org.elanus.core.host.PluginState.State.FAILED;
import static org.elanus.core.host.PluginState.State.INSTALLED;
import static org.elanus.core.host.PluginState.State.RUNNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to jars that are wrong in one way or another, beside one that is right. */
@Timeout(120)
class PluginLoadingTest {

    @TempDir
    Path directory;

    private HostFixture fixture;

    @BeforeEach
    void open() {
        fixture = new HostFixture(directory);
        fixture.installTeller("good");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void jarAndFolderAreFoundAndOtherFilesIgnored() throws IOException {
        fixture.plugin("folded", HostFixture.teller("folded")).folder(fixture.plugins.resolve("folded"));
        Files.writeString(fixture.plugins.resolve("README.txt"), "not a plugin");
        Files.createDirectory(fixture.plugins.resolve(".hidden"));
        PluginHost host = fixture.started();

        assertThat(host.plugins())
                .extracting(PluginState::id, PluginState::state)
                .containsExactlyInAnyOrder(tuple("good", RUNNING), tuple("folded", RUNNING));
        assertThat(state(host, "good").version()).isEqualTo("1.0.0");
        assertThat(state(host, "good").source()).endsWith("good.jar");
    }

    @Test
    void installedListsWithoutRunningAnything() throws IOException {
        Files.writeString(fixture.plugins.resolve("text.jar"), "text");
        fixture.installTeller("needy", "plugin.dependencies", "absent");
        List<PluginState> installed = fixture.host().installed();

        assertThat(installed)
                .extracting(PluginState::id, PluginState::state)
                .containsExactlyInAnyOrder(tuple("good", INSTALLED), tuple("needy", FAILED), tuple("text.jar", FAILED));
        assertThat(fixture.log).isEmpty();
        assertThat(fixture.data).doesNotExist();
    }

    @Test
    void missingDirectoryMeansNoPlugins() throws IOException {
        Files.delete(fixture.plugins.resolve("good.jar"));
        Files.delete(fixture.plugins);

        assertThat(fixture.started().plugins()).isEmpty();
    }

    @Test
    void fileThatIsNoJar() throws IOException {
        Files.writeString(fixture.plugins.resolve("bad.jar"), "this is no zip file");
        assertRefused("bad.jar", "it is not a readable jar");
    }

    @Test
    void emptyJar() throws IOException {
        Files.createFile(fixture.plugins.resolve("bad.jar"));
        assertRefused("bad.jar", "it is not a readable jar");
    }

    @Test
    void truncatedJar() throws IOException {
        Path whole = fixture.plugin("bad", HostFixture.teller("bad")).jar(directory.resolve("whole.jar"));
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(fixture.plugins.resolve("bad.jar"), Arrays.copyOf(bytes, bytes.length / 2));
        assertRefused("bad.jar", "it is not a readable jar");
    }

    @Test
    void jarWithDamagedLibrary() throws IOException {
        PluginBuilder plugin = fixture.plugin("bad", HostFixture.teller("bad"))
                .entry("lib/x.jar", "some content of a library that is long enough to be damaged in the middle");
        Path jar = fixture.install(plugin, "bad.jar");
        byte[] bytes = Files.readAllBytes(jar);
        int position = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("lib/x.jar");
        for (int i = 0; i < 8; i++) {
            bytes[position + "lib/x.jar".length() + 12 + i] ^= 0x55;
        }
        Files.write(jar, bytes);
        assertRefused("bad", "it cannot be unpacked");
        assertThat(cached()).noneMatch(path -> path.toString().contains("unpacking-"));
    }

    @Test
    void entryThatPointsOutOfTheJar() {
        for (String name : List.of("lib/../../evil.jar", "/etc/evil", "..\\evil", "a/../../b", "C:/evil")) {
            fixture.install(fixture.plugin("bad", "").entry(name, "evil"), "bad.jar");
            try (HostFixture other = new HostFixture(directory)) {
                assertThat(state(other.started(), "bad.jar").failure().orElseThrow())
                        .contains("'" + name + "' points out of the jar");
            }
        }
        assertThat(directory.resolve("evil.jar")).doesNotExist();
        fixture = new HostFixture(directory);
    }

    @Test
    void jarWithoutDescriptor() {
        fixture.install(PluginBuilder.library().entry("readme", "x"), "bad.jar");
        assertRefused("bad.jar", "it has no plugin.properties");
    }

    @Test
    void folderWithoutDescriptor() throws IOException {
        Files.createDirectory(fixture.plugins.resolve("bad"));
        assertRefused("bad", "it has no plugin.properties");
    }

    @Test
    void descriptorWithoutIdNamesEveryMissingKey() {
        fixture.install(fixture.plugin("bad", "").without("plugin.id").without("plugin.requires"), "bad.jar");
        assertRefused("bad.jar", "plugin.properties lacks plugin.id, plugin.requires");
    }

    @Test
    void idsThatAreNotAllowed() {
        for (String id : List.of("Bad", "1bad", "b_ad", "../bad", "required", "x".repeat(64))) {
            fixture.install(fixture.plugin("bad", "").property("plugin.id", id), "bad.jar");
            assertThat(fixture.host().installed())
                    .anySatisfy(state -> assertThat(state.failure().orElse("")).contains("plugin.id '" + id + "'"));
        }
    }

    @Test
    void malformedVersionAndRange() {
        fixture.install(fixture.plugin("bad", "").property("plugin.version", "one"), "bad.jar");
        assertThat(failure(fixture.host().installed(), "bad.jar"))
                .contains("plugin.version 'one' is not a semantic version");
        fixture.install(fixture.plugin("bad", "").property("plugin.requires", ">>1"), "bad.jar");
        assertRefused("bad.jar", "plugin.requires '>>1' is not a range");
    }

    @Test
    void wrongRangeOfSpiVersions() {
        fixture.install(fixture.plugin("bad", "").property("plugin.requires", ">=7.0.0"), "bad.jar");
        assertRefused("bad.jar", "it requires SPI version '>=7.0.0', this server has 0.1.0");
    }

    @Test
    void classThatIsNotInTheJar() {
        fixture.install(PluginBuilder.bare("bad", "org.nowhere.Main"), "bad.jar");
        assertRefused("bad", "plugin.class 'org.nowhere.Main' is not in the plugin");
    }

    @Test
    void classThatIsNoPlugin() {
        fixture.install(
                PluginBuilder.bare("bad", "bad.Main").source("bad.Main", "package bad; public class Main {}"),
                "bad.jar");
        assertRefused("bad", "plugin.class 'bad.Main' does not implement org.elanus.spi.plugin.ElanusPlugin");
    }

    @Test
    void classWithoutUsableConstructor() {
        fixture.install(fixture.plugin("bad", "public Main(String name) {}"), "bad.jar");
        assertRefused("bad", "needs a public constructor without parameters");
    }

    @Test
    void corruptClassFile() {
        fixture.install(
                PluginBuilder.bare("bad", "bad.Main").entry("bad/Main.class", "not a class file at all"), "bad.jar");
        assertRefused("bad", "java.lang.ClassFormatError");
    }

    @Test
    void duplicateIdNamesBothJars() {
        fixture.install(fixture.plugin("good", ""), "another.jar");
        PluginHost host = fixture.host();

        assertThatThrownBy(host::start)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID))
                .hasMessageContainingAll("'good'", "good.jar", "another.jar");
        assertThat(fixture.log).isEmpty();
    }

    @Test
    void missingDependency() {
        fixture.installTeller("needy", "plugin.dependencies", "absent");
        fixture.installTeller("needier", "plugin.dependencies", "needy");
        PluginHost host = assertRefused("needy", "it depends on plugin 'absent', which is not installed");

        assertThat(state(host, "needier").failure().orElseThrow())
                .isEqualTo("it depends on plugin 'needy', which cannot run: it depends on plugin 'absent', which is not"
                        + " installed");
    }

    @Test
    void dependencyInWrongVersion() {
        fixture.installTeller("needy", "plugin.dependencies", "good@>=2.0.0");
        assertRefused("needy", "it depends on plugin 'good' in version '>=2.0.0', installed is 1.0.0");
    }

    @Test
    void optionalDependencyMayBeMissing() {
        fixture.installTeller("modest", "plugin.dependencies", "absent?");
        assertThat(state(fixture.started(), "modest").state()).isEqualTo(RUNNING);
    }

    @Test
    void cycleOfDependencies() {
        fixture.installTeller("a", "plugin.dependencies", "b");
        fixture.installTeller("b", "plugin.dependencies", "c");
        fixture.installTeller("c", "plugin.dependencies", "a");
        fixture.installTeller("d", "plugin.dependencies", "a");
        PluginHost host = assertRefused("a", "it is part of a cycle of dependencies: a -> b -> c -> a");

        assertThat(state(host, "b").state()).isEqualTo(FAILED);
        assertThat(state(host, "c").state()).isEqualTo(FAILED);
        assertThat(state(host, "d").failure().orElseThrow()).contains("plugin 'a', which cannot run");
    }

    @Test
    void unpackedLibrariesAreReusedAndOldOnesPruned() throws IOException {
        Path library = PluginBuilder.library()
                .source("lib.Value", "package lib; public class Value { public static int value() { return 1; } }")
                .jar(directory.resolve("value-1.jar"));
        fixture.install(fixture.plugin("user", "int v = lib.Value.value();").bundle(library), "user.jar");
        fixture.started().close();
        List<Path> first = cached();
        fixture.started().close();
        assertThat(cached()).isEqualTo(first);

        // Damage is noticed and repaired.
        Path unpacked = first.stream()
                .filter(path -> path.endsWith("value-1.jar"))
                .findFirst()
                .orElseThrow();
        Files.write(unpacked, new byte[3]);
        PluginHost host = fixture.started();
        assertThat(state(host, "user").state()).isEqualTo(RUNNING);
        host.close();

        Files.delete(fixture.plugins.resolve("user.jar"));
        fixture.started().close();
        assertThat(cached()).noneMatch(path -> path.endsWith("value-1.jar"));
    }

    private List<Path> cached() throws IOException {
        try (Stream<Path> paths = Files.walk(fixture.data.resolve("plugin-cache"))) {
            return paths.sorted().toList();
        }
    }

    /** The bad one fails for this reason, and the good one runs nevertheless. */
    private PluginHost assertRefused(String id, String reason) {
        PluginHost host = fixture.started();
        PluginState state = state(host, id);
        assertThat(state.state()).isEqualTo(FAILED);
        assertThat(state.failure().orElseThrow()).contains(reason);
        assertThat(state.health().message()).isEqualTo(state.failure().orElseThrow());
        assertThat(state(host, "good").state()).isEqualTo(RUNNING);
        return host;
    }

    private static String failure(List<PluginState> states, String id) {
        return states.stream()
                .filter(state -> state.id().equals(id))
                .findFirst()
                .flatMap(PluginState::failure)
                .orElseThrow();
    }
}
