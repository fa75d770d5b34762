package org.elanus.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.elanus.core.registry.Registry;
import org.elanus.spi.SpiVersion;
import org.junit.jupiter.api.Test;

/** The laws of the house: which room may know which, and who may reach time, threads, files and randomness. */
class ArchitectureTest {

    private static final String CORE = "org.elanus.core";

    /** From the ground up. Rooms of one floor do not know each other; arrows run down. */
    private static final List<Set<String>> FLOORS = List.of(
            Set.of("runtime", "registry"),
            Set.of("catalog", "log", "index", "config", "metrics"),
            Set.of("segment"),
            Set.of("query", "snapshot"),
            Set.of("engine", "host", "access", "manage"),
            Set.of("wiring"));

    private static final JavaClasses OURS =
            new ClassFileImporter().importUrls(List.of(locationOf(Registry.class), locationOf(SpiVersion.class)));

    private static URL locationOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    @Test
    void everyPackageOfTheCoreBelongsToARoom() {
        Set<String> rooms = new HashSet<>();
        FLOORS.forEach(rooms::addAll);
        for (JavaClass type : OURS) {
            if (type.getPackageName().startsWith(CORE)) {
                assertThat(rooms).as(type.getName()).contains(room(type));
            }
        }
    }

    @Test
    void arrowsRunDownAndRoomsOfOneFloorDoNotKnowEachOther() {
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            for (String room : FLOORS.get(floor)) {
                List<String> unknown = new ArrayList<>();
                for (int other = floor; other < FLOORS.size(); other++) {
                    FLOORS.get(other).stream()
                            .filter(name -> !name.equals(room))
                            .forEach(name -> unknown.add(packagesOf(name)));
                }
                noClasses()
                        .that()
                        .resideInAPackage(packagesOf(room))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(unknown.toArray(String[]::new))
                        .allowEmptyShould(true)
                        .check(OURS);
            }
        }
    }

    @Test
    void onlyTheDoorOfARoomIsUsedFromOutside() {
        classes()
                .that()
                .resideInAPackage(CORE + "..")
                .should(new ArchCondition<JavaClass>("leave the sub-packages of other rooms alone") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        type.getDirectDependenciesFromSelf().forEach(dependency -> {
                            JavaClass target = dependency.getTargetClass().getBaseComponentType();
                            boolean inside = target.getPackageName().startsWith(CORE + ".")
                                    && !target.getPackageName().equals(CORE + "." + room(target));
                            if (inside && !room(target).equals(room(type))) {
                                events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                            }
                        });
                    }
                })
                .check(OURS);
    }

    @Test
    void theSpiKnowsNothingOfOursAndOfLibrariesOnlyThree() {
        classes()
                .that()
                .resideInAPackage("org.elanus.spi..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("org.elanus.spi..", "java..", "org.slf4j..", "org.jspecify..", "jakarta.inject..")
                .check(OURS);
    }

    @Test
    void theCoreKnowsNoBrokerNoCloudAndNoWireProtocol() {
        noClasses()
                .that()
                .resideInAPackage(CORE + "..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "org.elanus..",
                                "io.grpc..",
                                "io.netty..",
                                "com.google.protobuf..",
                                "java.sql..",
                                "javax.sql..",
                                "org.apache..",
                                "software.amazon..")
                        .and(DescribedPredicate.not(resideInAnyPackage(CORE + "..", "org.elanus.spi..")))
                        .and(DescribedPredicate.not(
                                // The leak check asks DriverManager what a plugin has left in it.
                                describe("DriverManager", type -> type.getName().equals("java.sql.DriverManager")))))
                .check(OURS);
    }

    @Test
    void onlyTheRuntimeReachesFiles() {
        noClasses()
                .that(resideInAPackage(CORE + "..")
                        .and(DescribedPredicate.not(resideInAnyPackage(
                                packagesOf("runtime"),
                                // Jars are opened, copied and unpacked by path: class loaders cannot read through a
                                // seam.
                                packagesOf("host")))))
                .should()
                .dependOnClassesThat(describe(
                        "open files",
                        type -> Set.of(
                                        "java.nio.file.Files",
                                        "java.nio.channels.FileChannel",
                                        "java.nio.channels.AsynchronousFileChannel",
                                        "java.io.RandomAccessFile",
                                        "java.io.FileInputStream",
                                        "java.io.FileOutputStream",
                                        "java.io.FileReader",
                                        "java.io.FileWriter",
                                        "java.io.File")
                                .contains(type.getName())))
                .check(OURS);
    }

    @Test
    void onlyTheRuntimeReachesTimeThreadsAndRandomness() {
        // An executor must offer awaitTermination(timeout); the host's one forwards it to the runtime's.
        DescribedPredicate<JavaClass> forwarding =
                describe("forwarding executors", type -> type.getName().equals(CORE + ".host.PluginThreads$Pool"));
        noClasses()
                .that(resideInAPackage(CORE + "..")
                        .and(DescribedPredicate.not(resideInAPackage(packagesOf("runtime"))))
                        .and(DescribedPredicate.not(forwarding)))
                .should()
                .accessTargetWhere(describe("goes past the seams", ArchitectureTest::passesTheSeams))
                .check(OURS);
    }

    /** A rule that finds nothing where there is something would prove nothing elsewhere. */
    @Test
    void theRuleOfTheSeamsSeesWhatTheRuntimeDoes() {
        List<String> seen = OURS.stream()
                .filter(type -> type.getPackageName().equals(CORE + ".runtime"))
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(ArchitectureTest::passesTheSeams)
                .map(access -> access.getTargetOwner().getSimpleName() + "." + access.getName())
                .toList();

        assertThat(seen)
                .contains("System.nanoTime", "System.currentTimeMillis", "Thread.sleep", "Condition.awaitNanos");
    }

    /** Calls that read a clock, wait for a time, start a thread or make a random number. */
    private static boolean passesTheSeams(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getName();
        List<String> parameters = parameters(access);
        boolean construction = name.equals("<init>");
        return switch (owner) {
            case "java.lang.System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
            case "java.time.Instant",
                    "java.time.LocalDate",
                    "java.time.LocalDateTime",
                    "java.time.OffsetDateTime",
                    "java.time.ZonedDateTime" -> name.equals("now");
            case "java.time.Clock" -> name.startsWith("system");
            case "java.lang.Thread" ->
                construction
                        || Set.of("sleep", "ofPlatform", "ofVirtual", "startVirtualThread", "onSpinWait")
                                .contains(name)
                        || (name.equals("join") && !parameters.isEmpty());
            case "java.lang.Object" -> name.equals("wait") || name.equals("notify") || name.equals("notifyAll");
            case "java.util.concurrent.locks.LockSupport" -> name.equals("parkNanos") || name.equals("parkUntil");
            case "java.util.concurrent.Executors" -> !name.equals("callable");
            case "java.util.concurrent.ThreadPoolExecutor",
                    "java.util.concurrent.ScheduledThreadPoolExecutor",
                    "java.util.concurrent.ForkJoinPool",
                    "java.util.Timer" -> construction || name.equals("commonPool");
            case "java.util.concurrent.CompletableFuture" -> name.endsWith("Async") || name.endsWith("Timeout");
            case "java.util.Random",
                    "java.util.SplittableRandom",
                    "java.security.SecureRandom",
                    "java.util.concurrent.ThreadLocalRandom" -> construction || name.equals("current");
            case "java.lang.Math" -> name.equals("random");
            case "java.util.UUID" -> name.equals("randomUUID");
            case "java.util.Collections" -> name.equals("shuffle");
            default ->
                owner.startsWith("java.util.concurrent.")
                        && (parameters.contains("java.util.concurrent.TimeUnit") || name.equals("awaitNanos"))
                        && !construction
                        && !owner.equals("java.util.concurrent.TimeUnit");
        };
    }

    private static List<String> parameters(JavaAccess<?> access) {
        if (access.getTarget() instanceof com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget target) {
            return target.getRawParameterTypes().stream()
                    .map(JavaClass::getName)
                    .toList();
        }
        return List.of();
    }

    /** A contended monitor is woken by a thread of the JVM's own, which no seeded schedule controls. */
    @Test
    void nothingIsSynchronized() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("target/classes/org/elanus/core"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                for (MethodModel method : ClassFile.of().parse(file).methods()) {
                    boolean monitor = method.flags().has(AccessFlag.SYNCHRONIZED)
                            || method.code().map(ArchitectureTest::usesMonitor).orElse(false);
                    if (monitor) {
                        found.add(file.getFileName() + " " + method.methodName().stringValue());
                    }
                }
            }
        }
        assertThat(found).as("synchronized methods and blocks").isEmpty();
    }

    private static boolean usesMonitor(CodeModel code) {
        return code.elementStream().anyMatch(MonitorInstruction.class::isInstance);
    }

    /** Plugins are built after the core, hence by their sources. */
    @Test
    void pluginsImportNothingOfOursButTheSpi() throws IOException {
        Pattern imported = Pattern.compile("^import (?:static )?(org\\.elanus\\.[\\w.]+)", Pattern.MULTILINE);
        List<String> found = new ArrayList<>();
        for (Map.Entry<Path, String> source : pluginSources().entrySet()) {
            Matcher own =
                    Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE).matcher(source.getValue());
            String root = own.find() ? rootOf(own.group(1)) : "";
            Matcher matcher = imported.matcher(source.getValue());
            while (matcher.find()) {
                String name = matcher.group(1);
                // The generated messages are the plugin's own, in a module apart because they take long to compile.
                boolean messages =
                        name.startsWith("org.elanus.milvus.proto.") && root.equals("org.elanus.plugin.apimilvus");
                if (!name.startsWith("org.elanus.spi.") && !name.startsWith(root + ".") && !messages) {
                    found.add(source.getKey() + " imports " + name);
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void pluginsReachTimeThreadsFilesAndRandomnessThroughTheirContext() throws IOException {
        Pattern forbidden = Pattern.compile(
                "\\bSystem\\.(?:nanoTime|currentTimeMillis)\\b|\\bThread\\.(?:sleep|ofVirtual|ofPlatform|startVirtualThread)\\b"
                        + "|\\bnew Thread\\(|\\bsynchronized\\s*\\(|\\bsynchronized \\w|\\bExecutors\\.|\\bnew Random\\("
                        + "|\\bThreadLocalRandom\\b|\\bSecureRandom\\b|\\bUUID\\.randomUUID\\b|\\bInstant\\.now\\b"
                        + "|import java\\.nio\\.file\\.Files;|\\bFileChannel\\b|\\bRandomAccessFile\\b"
                        + "|\\bFile(?:Input|Output)Stream\\b|\\bMath\\.random\\b");
        List<String> found = new ArrayList<>();
        for (Map.Entry<Path, String> source : pluginSources().entrySet()) {
            String code = source.getValue().replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("//[^\n]*", "");
            Matcher matcher = forbidden.matcher(code);
            while (matcher.find()) {
                found.add(source.getKey() + " has " + matcher.group());
            }
        }
        assertThat(found).isEmpty();
    }

    private static Map<Path, String> pluginSources() throws IOException {
        Map<Path, String> sources = new java.util.TreeMap<>();
        Path plugins = Path.of("../plugins");
        try (Stream<Path> files = Files.walk(plugins, 20)) {
            for (Path file : files.filter(path ->
                            path.toString().endsWith(".java") && path.toString().contains("/src/main/java/"))
                    .toList()) {
                sources.put(plugins.relativize(file), Files.readString(file));
            }
        }
        assertThat(sources).isNotEmpty();
        return sources;
    }

    /** {@code org.elanus.plugin.x} for everything below it. */
    private static String rootOf(String packageName) {
        String[] parts = packageName.split("\\.");
        return String.join(".", List.of(parts).subList(0, Math.min(4, parts.length)));
    }

    private static String packagesOf(String room) {
        return CORE + "." + room + "..";
    }

    private static String room(JavaClass type) {
        String rest = type.getPackageName().substring(CORE.length());
        return rest.isEmpty() ? "" : rest.substring(1).split("\\.")[0];
    }
}
