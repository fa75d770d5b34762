package org.elanus.core.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Looks into a plugin's jar before anything of it is opened as code. */
final class PluginJar {

    static final String LIBRARIES = "lib/";

    private static final int MAX_ENTRIES = 200_000;
    private static final long MAX_DESCRIPTOR_BYTES = 64 << 10;

    private PluginJar() {}

    /** Checks every name in the jar and reads the descriptor. */
    static Properties readDescriptor(Path jar) throws PluginRefusedException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            checkNames(zip);
            ZipEntry entry = zip.getEntry(Descriptor.FILE);
            if (entry == null) {
                throw new PluginRefusedException(
                        "it has no " + Descriptor.FILE + "; a plugin's jar needs one at its root");
            }
            if (entry.getSize() > MAX_DESCRIPTOR_BYTES) {
                throw new PluginRefusedException(Descriptor.FILE + " has more than " + MAX_DESCRIPTOR_BYTES + " bytes");
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return load(in);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new PluginRefusedException("it is not a readable jar: " + e.getMessage());
        }
    }

    static Properties load(InputStream in) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return properties;
    }

    /** The libraries inside: jars directly under {@code lib/}. */
    static List<ZipEntry> libraries(ZipFile zip) {
        List<ZipEntry> libraries = new ArrayList<>();
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            String name = entry.getName();
            if (name.startsWith(LIBRARIES)
                    && name.endsWith(".jar")
                    && name.indexOf('/', LIBRARIES.length()) < 0
                    && !entry.isDirectory()) {
                libraries.add(entry);
            }
        }
        return libraries;
    }

    private static void checkNames(ZipFile zip) throws PluginRefusedException {
        if (zip.size() > MAX_ENTRIES) {
            throw new PluginRefusedException(
                    "it has " + zip.size() + " entries; at most " + MAX_ENTRIES + " are allowed");
        }
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            String name = entries.nextElement().getName();
            boolean leaves = name.startsWith("/")
                    || name.indexOf('\\') >= 0
                    || name.indexOf('\0') >= 0
                    || (name.length() > 1 && name.charAt(1) == ':')
                    || List.of(name.split("/", -1)).contains("..");
            if (leaves) {
                throw new PluginRefusedException("its entry '" + printable(name) + "' points out of the jar");
            }
        }
    }

    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
