package org.elanus.embedded.simulation;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.elanus.spi.io.AppendFile;
import org.elanus.spi.io.Files;

/** Ways to be careless with a disk. */
final class BrokenFiles {

    private BrokenFiles() {}

    /** The names in the directories of one plugin are not made durable. */
    static UnaryOperator<Files> directoriesNotSynced(String plugin) {
        return files -> Decorated.with(
                Files.class,
                files,
                Map.of(
                        "syncDirectory",
                        (original, arguments) ->
                                arguments[0].toString().contains(plugin) ? null : original.call(arguments)));
    }

    /** The bytes that one plugin writes are not made durable. */
    static UnaryOperator<Files> bytesNotSynced(String plugin) {
        Decorated.Hook open = (original, arguments) -> {
            Object file = original.call(arguments);
            return arguments[0].toString().contains(plugin)
                    ? Decorated.with(AppendFile.class, (AppendFile) file, Map.of("force", (force, none) -> null))
                    : file;
        };
        return files -> Decorated.with(Files.class, files, Map.of("create", open, "append", open));
    }

    /** After a failed sync the file is opened again and the sync is called good. */
    static UnaryOperator<Files> failedSyncsSwallowed() {
        return files -> {
            Decorated.Hook open = (original, arguments) ->
                    swallowing(files, (Path) arguments[0], (AppendFile) original.call(arguments));
            return Decorated.with(Files.class, files, Map.of("create", open, "append", open));
        };
    }

    private static AppendFile swallowing(Files files, Path path, AppendFile opened) {
        AppendFile[] file = {opened};
        return (AppendFile) Proxy.newProxyInstance(
                AppendFile.class.getClassLoader(), new Class<?>[] {AppendFile.class}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(file[0], arguments);
                    } catch (InvocationTargetException e) {
                        if (method.getName().equals("force") && e.getCause() instanceof IOException) {
                            file[0] = files.append(path);
                            return null;
                        }
                        throw e.getCause();
                    }
                });
    }
}
