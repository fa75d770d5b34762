package org.elanus.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Plugins of a test, beside those that ship. */
final class CompiledPlugin {

    private CompiledPlugin() {}

    /** A directory of plugins that has what ships. */
    static Path directory(Path made) throws IOException {
        Files.createDirectories(made);
        try (Stream<Path> shipped = Files.list(ServerProcess.HOME.resolve("plugins"))) {
            for (Path jar : shipped.toList()) {
                Files.createSymbolicLink(made.resolve(jar.getFileName().toString()), jar.toAbsolutePath());
            }
        }
        return made;
    }

    /** Compiles a plugin against the SPI alone. @param members of its class, called {@code Main} */
    static void write(Path plugins, String id, String members) throws IOException {
        Path folder = Files.createDirectory(plugins.resolve(id));
        Files.writeString(folder.resolve("plugin.properties"), """
                plugin.id=%s
                plugin.class=%s.Main
                plugin.version=1.0.0
                plugin.requires=>=0.1.0 & <0.2.0
                """.formatted(id, id));
        String source = """
                package %s;
                import java.nio.charset.StandardCharsets;
                import java.util.List;
                import org.elanus.spi.event.*;
                import org.elanus.spi.manage.*;
                import org.elanus.spi.metrics.*;
                import org.elanus.spi.plugin.*;
                public final class Main implements ElanusPlugin {
                %s
                }
                """.formatted(id, members);
        String classPath;
        try (Stream<Path> libraries = Files.list(ServerProcess.HOME.resolve("lib"))) {
            classPath = libraries
                    .filter(path -> path.getFileName().toString().matches("(elanus-spi|slf4j-api|jspecify)-.*\\.jar"))
                    .map(Path::toString)
                    .collect(Collectors.joining(System.getProperty("path.separator")));
        }
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///" + id + "/Main.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        StringWriter messages = new StringWriter();
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(
                        messages,
                        null,
                        null,
                        List.of("-proc:none", "-d", folder.toString(), "-cp", classPath),
                        null,
                        List.of(file))
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }
}
