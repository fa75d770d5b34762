package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin by somebody else: compiled against the SPI alone, dropped into plugins/, live after the next start. */
class ThirdPartyPluginIT {

    private static final String SOURCE = """
            package com.example.greeter;

            import java.nio.charset.StandardCharsets;
            import org.elanus.spi.config.Default;
            import org.elanus.spi.config.Doc;
            import org.elanus.spi.config.Key;
            import org.elanus.spi.database.CallContext;
            import org.elanus.spi.database.Principal;
            import org.elanus.spi.manage.ManagementRoute;
            import org.elanus.spi.plugin.Contributions;
            import org.elanus.spi.plugin.ElanusPlugin;
            import org.elanus.spi.plugin.PluginContext;

            public final class GreeterPlugin implements ElanusPlugin {

                public record GreeterConfig(@Key("greeting") @Default("hello") @Doc("What it says.") String greeting) {}

                private volatile PluginContext context;

                @Override
                public void register(Contributions contributions) {
                    contributions.configuration(GreeterConfig.class);
                    contributions.route(new ManagementRoute("GET", "/greet", request -> answer()));
                }

                @Override
                public void start(PluginContext started) {
                    context = started;
                }

                private ManagementRoute.Response answer() {
                    long first = context.database().allocateTimestamp(CallContext.of(Principal.ANONYMOUS));
                    long second = context.database().allocateTimestamp(CallContext.of(Principal.ANONYMOUS));
                    String text = context.configuration(GreeterConfig.class).greeting() + " " + (first < second);
                    return new ManagementRoute.Response(200, "text/plain", text.getBytes(StandardCharsets.UTF_8));
                }
            }
            """;

    @TempDir
    private Path temporary;

    private Path home;
    private Path data;

    @BeforeEach
    void copyTheDistribution() throws IOException {
        home = temporary.resolve("elanus");
        data = temporary.resolve("data");
        try (Stream<Path> files = Files.walk(ServerProcess.HOME)) {
            for (Path file : files.toList()) {
                Path target = home.resolve(ServerProcess.HOME.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    @Test
    void droppedJarIsLiveAfterARestart() throws IOException {
        try (ServerProcess server = ServerProcess.startFrom(home, data, Map.of())) {
            assertThat(server.get("/greet").statusCode()).isEqualTo(404);
            assertThat(server.stop()).isZero();
        }

        writePlugin(home.resolve("plugins/greeter-1.0.0.jar"));
        try (ServerProcess server =
                ServerProcess.startFrom(home, data, Map.of("ELANUS_PLUGINS_GREETER_GREETING", "good day"))) {
            assertThat(server.get("/greet").body()).isEqualTo("good day true");
            ServerProcess.Result list = ServerProcess.runFrom(home, "plugin", "list", "--data", data.toString());
            assertThat(list.output()).containsPattern("greeter +1\\.0\\.0 +running +route GET /greet");
            assertThat(server.stop()).isZero();
            assertThat(server.log()).doesNotContain("still in memory");
        }

        ServerProcess.Result offline = ServerProcess.runFrom(home, "plugin", "list", "--data", data.toString());
        assertThat(offline.output()).containsPattern("greeter +1\\.0\\.0 +installed");
        assertThat(ServerProcess.runFrom(home, "config", "reference").output())
                .contains("`plugins.greeter.greeting`", "What it says.");

        ServerProcess.Result mistyped =
                ServerProcess.runFrom(home, "serve", "--data", data.toString(), "--set", "plugins.greeter.greting=x");
        assertThat(mistyped.exit()).isNotZero();
        assertThat(mistyped.error()).contains("did you mean 'plugins.greeter.greeting'?");
    }

    private void writePlugin(Path jar) throws IOException {
        Path classes = Files.createDirectory(temporary.resolve("classes"));
        String classPath;
        try (Stream<Path> libraries = Files.list(home.resolve("lib"))) {
            classPath = libraries
                    .filter(path -> path.getFileName().toString().matches("(elanus-spi|slf4j-api|jspecify)-.*\\.jar"))
                    .map(Path::toString)
                    .collect(Collectors.joining(System.getProperty("path.separator")));
        }
        JavaFileObject source =
                new SimpleJavaFileObject(
                        URI.create("string:///com/example/greeter/GreeterPlugin.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return SOURCE;
                    }
                };
        StringWriter messages = new StringWriter();
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(
                        messages,
                        null,
                        null,
                        List.of("-proc:none", "-d", classes.toString(), "-cp", classPath),
                        null,
                        List.of(source))
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("plugin.properties"));
            zip.write("""
                    plugin.id=greeter
                    plugin.class=com.example.greeter.GreeterPlugin
                    plugin.version=1.0.0
                    plugin.requires=>=0.1.0 & <0.2.0
                    """.getBytes(StandardCharsets.UTF_8));
            try (Stream<Path> files = Files.walk(classes)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    zip.putNextEntry(
                            new ZipEntry(classes.relativize(file).toString().replace('\\', '/')));
                    zip.write(Files.readAllBytes(file));
                }
            }
        }
    }
}
