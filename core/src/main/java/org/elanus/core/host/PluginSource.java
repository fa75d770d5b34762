package org.elanus.core.host;

import java.nio.file.Path;

/** Where a plugin was found. */
sealed interface PluginSource {

    /** For people. */
    String describe();

    /** Stands for the id as long as that is not known. */
    String name();

    /** A jar in the plugins directory. */
    record Jar(Path path) implements PluginSource {
        @Override
        public String describe() {
            return path.toString();
        }

        @Override
        public String name() {
            return String.valueOf(path.getFileName());
        }
    }

    /** A folder with the content of such a jar, for development. */
    record Folder(Path path) implements PluginSource {
        @Override
        public String describe() {
            return path.toString();
        }

        @Override
        public String name() {
            return String.valueOf(path.getFileName());
        }
    }

    /** A service on the class path of the embedding application. */
    record ClassPath(ClassLoader loader, String className) implements PluginSource {
        @Override
        public String describe() {
            return "class path (" + className + ")";
        }

        @Override
        public String name() {
            return className.substring(className.lastIndexOf('.') + 1);
        }
    }
}
