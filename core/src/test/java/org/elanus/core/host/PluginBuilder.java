package org.elanus.core.host;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java sources and packs them, as a plugin's author would, into a plugin jar, a folder or a library. */
final class PluginBuilder {

    private final Properties descriptor = new Properties();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, byte[]> entries = new TreeMap<>();
    private final List<Path> libraries = new ArrayList<>();

    private PluginBuilder() {}

    /** A plugin whose class {@code <id>.Main} implements ElanusPlugin with the given members. */
    static PluginBuilder plugin(String id, String members) {
        String packageName = id.replace("-", "");
        return bare(id, packageName + ".Main").source(packageName + ".Main", """
                        package %s;
                        import java.util.*;
                        import java.time.Duration;
                        import org.elanus.spi.plugin.*;
                        import org.elanus.spi.event.*;
                        import org.elanus.spi.manage.*;
                        import org.elanus.spi.storage.*;
                        import org.elanus.spi.runtime.*;
                        import org.elanus.spi.config.*;
                        public class Main implements ElanusPlugin {
                            @SuppressWarnings("unchecked")
                            static void log(String text) {
                                ((Collection<String>) System.getProperties().get("elanus.host.test")).add(text);
                            }
                            %s
                        }
                        """.formatted(packageName, members));
    }

    /** A descriptor without classes. */
    static PluginBuilder bare(String id, String className) {
        return new PluginBuilder()
                .property("plugin.id", id)
                .property("plugin.class", className)
                .property("plugin.version", "1.0.0")
                .property("plugin.requires", ">=0.1.0 & <0.2.0");
    }

    static PluginBuilder library() {
        return new PluginBuilder();
    }

    PluginBuilder property(String key, String value) {
        descriptor.setProperty(key, value);
        return this;
    }

    PluginBuilder without(String key) {
        descriptor.remove(key);
        return this;
    }

    PluginBuilder source(String className, String code) {
        sources.put(className, code);
        return this;
    }

    PluginBuilder entry(String name, String content) {
        entries.put(name, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    PluginBuilder bundle(Path library) {
        libraries.add(library);
        return this;
    }

    Path jar(Path file) {
        try {
            Files.createDirectories(file.getParent());
            try (OutputStream out = Files.newOutputStream(file);
                    ZipOutputStream zip = new ZipOutputStream(out)) {
                for (Map.Entry<String, byte[]> entry : content().entrySet()) {
                    zip.putNextEntry(new ZipEntry(entry.getKey()));
                    zip.write(entry.getValue());
                    zip.closeEntry();
                }
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path folder(Path folder) {
        try {
            for (Map.Entry<String, byte[]> entry : content().entrySet()) {
                Path file = folder.resolve(entry.getKey());
                Files.createDirectories(file.getParent());
                Files.write(file, entry.getValue());
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, byte[]> content() throws IOException {
        Map<String, byte[]> content = new TreeMap<>(entries);
        if (!descriptor.isEmpty()) {
            StringWriter text = new StringWriter();
            descriptor.store(text, null);
            content.putIfAbsent("plugin.properties", text.toString().getBytes(StandardCharsets.UTF_8));
        }
        if (!sources.isEmpty()) {
            Path classes = Files.createTempDirectory("elanus-plugin-classes");
            compile(classes);
            try (Stream<Path> files = Files.walk(classes)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    content.put(classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
                }
            }
            try (Stream<Path> files = Files.walk(classes)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
        for (Path library : libraries) {
            content.put("lib/" + library.getFileName(), Files.readAllBytes(library));
        }
        return content;
    }

    private void compile(Path classes) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String classPath = System.getProperty("java.class.path")
                + libraries.stream()
                        .map(path -> java.io.File.pathSeparator + path)
                        .reduce("", String::concat);
        List<JavaFileObject> files = new ArrayList<>();
        sources.forEach((name, code) -> files.add(new Source(name, code)));
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-proc:none", "-d", classes.toString(), "-cp", classPath),
                        null,
                        files)
                .call();
        if (!compiled) {
            throw new IllegalArgumentException(messages.toString());
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String code;

        Source(String className, String code) {
            super(URI.create("string:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
            this.code = code;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
