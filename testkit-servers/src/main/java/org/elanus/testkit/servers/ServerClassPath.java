package org.elanus.testkit.servers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The class path of a server: the build has resolved it into Maven's local repository and written its list beside this
 * class. The repository is the one that Maven runs with, otherwise {@code ~/.m2/repository}; the system property
 * {@code elanus.servers.repository} names another.
 */
final class ServerClassPath {

    private static final String REPOSITORY = "@repository@";

    private ServerClassPath() {}

    /**
     * The class path of a server, as {@code java -cp} takes it.
     *
     * @param server the file's name without {@code .classpath}
     */
    static String of(String server) {
        Path repository = repository();
        List<String> jars = new ArrayList<>();
        for (String entry : list(server).strip().split(";")) {
            Path jar = Path.of(entry.replace(REPOSITORY, repository.toString()));
            if (!Files.isRegularFile(jar)) {
                throw new IllegalStateException(
                        "%s is missing, which the %s server runs on: resolve org.elanus:elanus-testkit-servers-%s:pom with Maven, or name the repository by -Delanus.servers.repository"
                                .formatted(jar, server, server));
            }
            jars.add(jar.toString());
        }
        return String.join(File.pathSeparator, jars);
    }

    private static String list(String server) {
        try (InputStream in = ServerClassPath.class.getResourceAsStream(server + ".classpath")) {
            if (in == null) {
                throw new IllegalStateException(
                        "the class path of the " + server + " server is missing: build testkit-servers with Maven");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path repository() {
        // The last two are what Surefire and Failsafe tell of the Maven that runs them.
        for (String property : List.of("elanus.servers.repository", "maven.repo.local", "localRepository")) {
            String value = System.getProperty(property);
            if (value != null && !value.isBlank()) {
                return Path.of(value);
            }
        }
        return Path.of(System.getProperty("user.home"), ".m2", "repository");
    }
}
