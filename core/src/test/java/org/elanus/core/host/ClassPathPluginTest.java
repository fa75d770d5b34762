package org.elanus.core.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.elanus.core.host.HostFixture.state;
import static org.elanus.core.host.PluginState.State.RUNNING;
import static org.elanus.core.host.PluginState.State.STOPPED;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plugins on the class path of an application that embeds the host. */
@Timeout(120)
class ClassPathPluginTest {

    private static final String SERVICE = "META-INF/services/org.elanus.spi.plugin.ElanusPlugin";

    @TempDir
    Path directory;

    private HostFixture fixture;

    @BeforeEach
    void open() {
        fixture = new HostFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void servicesRunBesideJarsAndRestart() throws Exception {
        Path one = fixture.plugin("one", HostFixture.teller("one"))
                .entry(SERVICE, "one.Main")
                .jar(directory.resolve("one.jar"));
        Path two = fixture.plugin("two", HostFixture.teller("two"))
                .entry(SERVICE, "two.Main")
                .property("plugin.dependencies", "one")
                .jar(directory.resolve("two.jar"));
        fixture.installTeller("three", "plugin.dependencies", "two");
        try (URLClassLoader application = application(one, two)) {
            PluginHost host =
                    fixture.keep(fixture.builder().classPath(application).build());
            host.start();

            assertThat(host.plugins())
                    .allMatch(state -> state.state() == RUNNING)
                    .hasSize(3);
            assertThat(state(host, "one").source()).isEqualTo("class path (one.Main)");
            host.restart("two");
            host.close();
            assertThat(fixture.log)
                    .containsExactly(
                            "one register",
                            "two register",
                            "three register",
                            "one start",
                            "two start",
                            "three start",
                            "three stop",
                            "two stop",
                            "two register",
                            "two start",
                            "three register",
                            "three start",
                            "three stop",
                            "two stop",
                            "one stop");
            assertThat(state(host, "one").state()).isEqualTo(STOPPED);
            assertThat(host.leaks()).isEmpty();
        }
    }

    @Test
    void sameIdOnClassPathAndInDirectoryNamesBoth() throws Exception {
        Path one = fixture.plugin("one", "").entry(SERVICE, "one.Main").jar(directory.resolve("one.jar"));
        fixture.installTeller("one");
        try (URLClassLoader application = application(one)) {
            PluginHost host =
                    fixture.keep(fixture.builder().classPath(application).build());

            assertThatThrownBy(host::start)
                    .hasMessageContainingAll("'one'", "class path (one.Main)", "plugins/one.jar");
        }
    }

    @Test
    void wrongServicesFailWithoutHarmToOthers() throws Exception {
        Path good = fixture.plugin("good", HostFixture.teller("good"))
                .entry(SERVICE, "good.Main\nnowhere.Main")
                .jar(directory.resolve("good.jar"));
        Path nameless = fixture.plugin("nameless", "")
                .entry(SERVICE, "nameless.Main")
                .without("plugin.id")
                .without("plugin.class")
                .jar(directory.resolve("nameless.jar"));
        try (URLClassLoader application = application(good, nameless)) {
            PluginHost host =
                    fixture.keep(fixture.builder().classPath(application).build());
            host.start();

            assertThat(state(host, "good").state()).isEqualTo(RUNNING);
            assertThat(host.plugins())
                    .extracting(state -> state.failure().orElse(""))
                    .anyMatch(failure -> failure.contains("nowhere.Main"))
                    .anyMatch(failure ->
                            failure.equals("no plugin.properties on the class path has plugin.class=nameless.Main"));
        }
    }

    @Test
    void twoHostsInOneJvmShareNothing() throws Exception {
        Path one = fixture.plugin("one", HostFixture.teller("one"))
                .entry(SERVICE, "one.Main")
                .jar(directory.resolve("one.jar"));
        try (URLClassLoader application = application(one)) {
            PluginHost first =
                    fixture.keep(fixture.builder().classPath(application).build());
            PluginHost second =
                    fixture.keep(fixture.builder().classPath(application).build());
            first.start();
            second.start();
            first.close();

            assertThat(state(second, "one").state()).isEqualTo(RUNNING);
        }
    }

    private URLClassLoader application(Path... jars) throws Exception {
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            urls[i] = jars[i].toUri().toURL();
        }
        return new URLClassLoader(urls, getClass().getClassLoader());
    }
}
