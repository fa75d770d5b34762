package org.elanus.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;
import org.elanus.spi.config.Secret;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    enum Level {
        NONE,
        EVERY_RECORD
    }

    @Doc("Everything that a plugin may ask for.")
    record EveryType(
            @Key("flag") @Default("true") boolean flag,

            @Key("count") @Default("7") @Range(min = "1", max = "9")
            int count,

            @Key("rows") @Default("70000000000") long rows,
            @Key("ratio") @Default("0.5") @Range(max = "1") double ratio,
            @Key("name") @Default("x") String name,
            @Key("level") @Default("every-record") Level level,

            @Key("pause") @Default("250ms") @Range(min = "10ms")
            Duration pause,

            @Key("size") @Default("64KiB") DataSize size,
            @Key("path") @Default("some/where") Path path,
            @Key("hosts") @Default("a,b") List<String> hosts,
            @Key("limit") Optional<DataSize> limit,
            @Default("11") int derivedName) {}

    record WithSecret(
            @Key("password") @Secret String password,

            @Key("pin") @Secret @Range(max = "9999") @Default("1")
            int pin) {
        WithSecret {
            if (password.length() < 4) {
                throw new IllegalArgumentException("password " + password + " is too short");
            }
        }
    }

    @TempDir
    Path directory;

    @Test
    void emptyFileGivesDefaults() throws IOException {
        CoreConfig core = file("# nothing\n").build().core();

        assertThat(core.data().directory()).isEqualTo(Path.of("elanus-data"));
        assertThat(core.log().wal()).isEqualTo("local");
        assertThat(core.metadata().store()).isEqualTo("sql");
        assertThat(core.segment().sealSize()).isEqualTo(DataSize.parse("512MiB"));
        assertThat(core.segment().idle()).isEqualTo(Duration.ofMinutes(10));
        assertThat(core.segment().indexThreshold()).isEqualTo(1024);
        assertThat(core.memory().budget()).isEmpty();
        assertThat(core.management().port()).isEqualTo(9091);
        assertThat(core.plugins().required()).isEmpty();
        file("").build().check();
    }

    @Test
    void laterSourceWins() throws IOException {
        Configuration configuration = file("segment:\n  seal-size: 1MiB\n  idle: 1s\n  index-threshold: 1\n")
                .environment(Map.of("ELANUS_SEGMENT_IDLE", "2s", "ELANUS_SEGMENT_INDEX_THRESHOLD", "2"))
                .override("segment.index-threshold=3")
                .build();
        configuration.check();

        assertThat(configuration.core().segment())
                .isEqualTo(new SegmentConfig(DataSize.parse("1MiB"), Duration.ofSeconds(2), 3));
        assertThat(configuration.effective())
                .contains(
                        "segment.seal-size = 1MiB (elanus.yaml:2)",
                        "segment.idle = 2s (environment variable ELANUS_SEGMENT_IDLE)",
                        "segment.index-threshold = 3 (command line)",
                        "management.port = 9091 (default)");
    }

    @Test
    void bindsEveryType() throws IOException {
        Configuration configuration = file("""
                        plugins.p.flag: false
                        plugins:
                          p:
                            count: 9
                            rows: 5
                            ratio: 1
                            name: "yes"
                            level: NONE
                            pause: PT1M30S
                            size: 1MB
                            path: /tmp/x
                            hosts: [h1, h2]
                            limit: 3GiB
                            derived-name: 12
                        """).build();
        EveryType bound = configuration.plugin("p", EveryType.class).orElseThrow();
        configuration.declarePlugins(Set.of("p"), false);
        configuration.check();

        assertThat(bound)
                .isEqualTo(new EveryType(
                        false,
                        9,
                        5,
                        1.0,
                        "yes",
                        Level.NONE,
                        Duration.ofSeconds(90),
                        new DataSize(1_000_000),
                        Path.of("/tmp/x"),
                        List.of("h1", "h2"),
                        Optional.of(new DataSize(3L << 30)),
                        12));
    }

    @Test
    void bindsEveryDefault() {
        Configuration configuration = none().build();
        EveryType bound = configuration.plugin("p", EveryType.class).orElseThrow();

        assertThat(bound.rows()).isEqualTo(70_000_000_000L);
        assertThat(bound.level()).isEqualTo(Level.EVERY_RECORD);
        assertThat(bound.hosts()).containsExactly("a", "b");
        assertThat(bound.limit()).isEmpty();
    }

    @Test
    void reportsEverythingAtOnceWithItsPlace() throws IOException {
        Configuration configuration = file("""
                        segment:
                          seal-size: 3TiB
                          idel: 5m
                        management:
                          port: ninety
                        plugins:
                          p:
                            count: 10
                            level: evry-record
                            hosts: [[1]]
                        """)
                .environment(Map.of("ELANUS_SEGMENT_INDEX_THRESHOLD", "0", "ELANUS_SEGMENT_IDEL", "1s"))
                .override("nothing")
                .override("plugins.p.pause=1ms")
                .override("wal=local")
                .build();
        configuration.declarePlugins(Set.of("p"), false);
        configuration.plugin("p", EveryType.class);

        assertThatThrownBy(configuration::check)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID))
                .message()
                .contains(
                        "segment.seal-size = '3TiB' (elanus.yaml:2): must be between 1MiB and 64GiB",
                        "unknown key segment.idel (elanus.yaml:3); did you mean 'segment.idle'?",
                        "management.port = 'ninety' (elanus.yaml:5): must be a whole number",
                        "plugins.p.count = '10' (elanus.yaml:8): must be between 1 and 9",
                        "plugins.p.level = 'evry-record' (elanus.yaml:9): must be one of none, every-record; did you"
                                + " mean 'every-record'?",
                        "plugins.p.hosts (elanus.yaml:10): a list holds plain values only",
                        "segment.index-threshold = '0' (environment variable ELANUS_SEGMENT_INDEX_THRESHOLD): must be"
                                + " between 1 and 1000000000",
                        "environment variable ELANUS_SEGMENT_IDEL names no setting; did you mean"
                                + " 'ELANUS_SEGMENT_IDLE'?",
                        "'nothing' (command line): write key.path=value",
                        "plugins.p.pause = '1ms' (command line): must be at least 10ms",
                        "unknown key wal (command line)");
    }

    @Test
    void settingsOfAPluginThatIsNotInstalledNameTheInstalledOnes() {
        Configuration configuration = none().set("plugins.wal-kafak.brokers", "b")
                .set("plugins.requird", "wal-kafka")
                .set("plugins.bare.x", "1")
                .environment(Map.of("ELANUS_PLUGINS_S3_KEY", "x"))
                .build();
        configuration.declarePlugins(List.of("wal-kafka", "bare"), false);

        assertThatThrownBy(configuration::check)
                .message()
                .contains(
                        "there is no plugin 'wal-kafak'; installed: bare, wal-kafka; did you mean 'wal-kafka'?",
                        "unknown key plugins.requird (set by the program); did you mean 'plugins.required'?",
                        "plugin 'bare' has no settings",
                        "ELANUS_PLUGINS_S3_KEY names no setting; installed plugins: bare, wal-kafka");
    }

    @Test
    void settingsOfFailedOrUnreadablePluginsPass() {
        Configuration failed = none().set("plugins.broken.x", "1")
                .environment(Map.of("ELANUS_PLUGINS_BROKEN_Y", "1"))
                .build();
        failed.declarePlugins(List.of("broken"), false);
        failed.skipPlugin("broken");
        failed.check();

        Configuration unreadable = none().set("plugins.any.x", "1").build();
        unreadable.declarePlugins(List.of(), true);
        unreadable.check();

        none().set("plugins.any.x", "1").build().check();
    }

    @Test
    void secretsNeverShow() {
        Configuration configuration = none().set("plugins.p.password", "abc")
                .set("plugins.p.pin", "1234567")
                .set("plugins.p.passwrd", "hidden")
                .set("segment.idle", "${env:WRONG}")
                .environment(Map.of("WRONG", "topsecret"))
                .build();
        configuration.declarePlugins(Set.of("p"), false);
        configuration.plugin("p", WithSecret.class);

        assertThatThrownBy(configuration::check)
                .message()
                .contains(
                        "plugins.p.pin = ****** (set by the program): must be at most 9999",
                        "segment.idle = ******",
                        "plugins.p.passwrd")
                .doesNotContain("abc", "1234567", "hidden", "topsecret");
        assertThat(String.join("\n", configuration.effective())).contains("plugins.p.password = ******");

        Configuration tooShort = none().set("plugins.p.password", "abc").build();
        assertThat(tooShort.plugin("p", WithSecret.class)).isEmpty();
        assertThatThrownBy(tooShort::check).hasMessageContaining("plugins.p: password ****** is too short");
    }

    @Test
    void missingValueNamesKeyAndVariable() {
        Configuration configuration = none().build();

        assertThat(configuration.plugin("auth-jwt", WithSecret.class)).isEmpty();
        assertThatThrownBy(configuration::check)
                .hasMessageContaining("plugins.auth-jwt.password is missing")
                .hasMessageContaining("ELANUS_PLUGINS_AUTH_JWT_PASSWORD");
    }

    @Test
    void referencesTakeEnvironmentAndFiles() throws IOException {
        Files.writeString(directory.resolve("secret.txt"), "s3cret\n");
        Configuration configuration = file("plugins.p.password: ${file:secret.txt}\nlog.wal: $${plain}-${env:NAME}\n")
                .environment(Map.of("NAME", "kafka"))
                .build();

        assertThat(configuration.plugin("p", WithSecret.class)).contains(new WithSecret("s3cret", 1));
        assertThat(configuration.core().log().wal()).isEqualTo("${plain}-kafka");
    }

    @Test
    void unresolvableReferencesAreNamed() {
        Configuration configuration = none().set("log.wal", "${env:NOBODY}")
                .set("storage.store", "${file:/no/such/file}")
                .set("metadata.store", "${vault:x}")
                .set("management.host", "${env:X")
                .build();

        assertThatThrownBy(configuration::check)
                .message()
                .contains(
                        "${env:NOBODY}: the environment variable is not set",
                        "${file:/no/such/file}: the file /no/such/file does not exist",
                        "${vault:x} is not a reference",
                        "'${' has no closing '}'");
    }

    @Test
    void malformedFileNamesTheLine() throws IOException {
        assertThatThrownBy(() -> file("data:\n  directory: x\n bad\n").build().check())
                .hasMessageContaining("elanus.yaml:")
                .hasMessageContaining("not valid YAML");
        assertThatThrownBy(() -> file("- 1\n").build().check()).hasMessageContaining("must hold keys and values");
        assertThatThrownBy(() -> file("log.wal: a\nlog:\n  wal: b\n").build().check())
                .hasMessageContaining("log.wal is given twice (elanus.yaml:1 and elanus.yaml:3)");
        assertThatThrownBy(() ->
                        file("data: &a\n  directory: x\nlog: *a\n").build().check())
                .hasMessageContaining("aliases");
        assertThatThrownBy(() -> file("a:\n".repeat(1) + "  b: [\n").build().check())
                .hasMessageContaining("not valid YAML");
    }

    @Test
    void missingFileIsNamed() {
        Configuration configuration = Configuration.builder(new LocalFiles())
                .file(directory.resolve("absent.yaml"))
                .build();

        assertThatThrownBy(configuration::check).hasMessageContaining("absent.yaml does not exist");
    }

    @Test
    void variablesOfLauncherAndServiceLinksPass() {
        assertThatCode(() -> none().environment(Map.of(
                                "ELANUS_JAVA_OPTS", "-Xmx1g",
                                "ELANUS_PORT", "tcp://10.0.0.1:19530",
                                "ELANUS_SERVICE_HOST", "10.0.0.1",
                                "ELANUS_SERVICE_PORT_GRPC", "19530",
                                "ELANUS_PORT_19530_TCP_ADDR", "10.0.0.1",
                                "ELANUS_DATA_DIRECTORY", "",
                                "PATH", "/bin"))
                        .build()
                        .check())
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> none().environment(Map.of("ELANUS_PORT", "19530"))
                        .build()
                        .check())
                .hasMessageContaining("ELANUS_PORT names no setting");
    }

    @Test
    void unsupportedComponentTypeAndWrongDefaultAreReported() {
        record Wrong(
                @Key("when") java.time.Instant when,
                @Key("n") @Default("x") int n) {}
        Configuration configuration = none().build();

        assertThat(configuration.plugin("p", Wrong.class)).isEmpty();
        assertThatThrownBy(configuration::check)
                .hasMessageContaining("plugins.p.when")
                .hasMessageContaining("Instant")
                .hasMessageContaining("the declared default 'x' is wrong");
    }

    @Test
    void referencePageListsEverySetting() {
        String page = ConfigurationReference.render(Map.of("p", EveryType.class, "q", WithSecret.class));

        assertThat(page)
                .contains("## `segment`", "How rows are gathered", "`ELANUS_SEGMENT_SEAL_SIZE`", "`512MiB`")
                .contains("size, between 1MiB and 64GiB")
                .contains("## Plugin `p`", "`plugins.p.level`", "one of none, every-record")
                .contains("text (secret)", "**must be given**", "(none)");
        for (Class<? extends Record> section : CoreConfig.sections().values()) {
            for (Component component : Component.of("x", section)) {
                assertThat(component.documentation()).as(component.path()).isNotEmpty();
            }
        }
    }

    private static Configuration.Builder none() {
        return Configuration.builder(new LocalFiles());
    }

    private Configuration.Builder file(String text) throws IOException {
        Path path = directory.resolve("elanus.yaml");
        Files.writeString(path, text);
        return none().file(path);
    }
}
