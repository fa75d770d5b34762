package org.elanus.plugin.metadatasql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.elanus.core.runtime.HostThreads;
import org.elanus.core.runtime.LocalFiles;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.metadata.MetadataStore;
import org.elanus.spi.metadata.MetadataStoreFactory;
import org.elanus.spi.metadata.MetadataTransaction;
import org.elanus.spi.plugin.Contributions;
import org.elanus.spi.plugin.ElanusPlugin;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.plugin.PluginContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;

@Timeout(60)
final class MetadataSqlPluginTest {

    @TempDir
    Path directory;

    private final HostThreads threads = new HostThreads();

    @Test
    void factoryOpensAFileInTheDataDirectory() throws Exception {
        ElanusPlugin plugin = new MetadataSqlPlugin();
        MetadataStoreFactory factory = registered(plugin);
        assertThat(factory.name()).isEqualTo("sql");
        plugin.start(context(directory.resolve("data"), Optional.empty(), MetadataSqlConfig.class));
        MetadataStore store = factory.open();
        store.commit(MetadataTransaction.builder().put("a", new byte[1]).build());
        assertThat(directory.resolve("data/metadata.db")).exists();
        // What the engine forgot to close is closed by the stop.
        plugin.stop();
        assertThatThrownBy(() -> store.get("a")).isInstanceOf(ElanusException.class);
    }

    @Test
    void urlChoosesTheFile() throws Exception {
        ElanusPlugin plugin = new MetadataSqlPlugin();
        MetadataStoreFactory factory = registered(plugin);
        Path file = directory.resolve("deep/down/chosen.db");
        plugin.start(context(directory, Optional.of("jdbc:sqlite:" + file), MetadataSqlConfig.class));
        factory.open().close();
        assertThat(file).exists();
        plugin.stop();
    }

    @Test
    void failedWriteShowsInTheHealthUntilOneSucceeds() throws Exception {
        ElanusPlugin plugin = new MetadataSqlPlugin();
        MetadataStoreFactory factory = registered(plugin);
        String url = "jdbc:sqlite:" + directory.resolve("small.db") + "?max_page_count=64";
        plugin.start(context(directory, Optional.of(url), MetadataSqlConfig.class));
        MetadataStore store = factory.open();
        assertThat(plugin.health()).isEqualTo(Health.healthy());
        MetadataTransaction large =
                MetadataTransaction.builder().put("a", new byte[1 << 20]).build();
        assertThatThrownBy(() -> store.commit(large)).isInstanceOf(ElanusException.class);
        assertThat(plugin.health().state()).isEqualTo(Health.State.DEGRADED);
        assertThat(plugin.health().message()).contains("disk is full");
        store.commit(MetadataTransaction.builder().put("a", new byte[1]).build());
        assertThat(plugin.health()).isEqualTo(Health.healthy());
        plugin.stop();
    }

    @Test
    void unknownDatabaseIsRefusedWithoutShowingItsPassword() throws Exception {
        ElanusPlugin plugin = new MetadataSqlPlugin();
        MetadataStoreFactory factory = registered(plugin);
        plugin.start(context(directory, Optional.of("jdbc:oracle://u:secret@h/db"), MetadataSqlConfig.class));
        assertThatThrownBy(factory::open)
                .isInstanceOfSatisfying(
                        ElanusException.class,
                        e -> assertThat(e.code()).isEqualTo(StandardErrorCode.CONFIGURATION_INVALID))
                .hasMessageContaining("jdbc:sqlite:")
                .hasMessageNotContaining("secret");
        plugin.stop();
    }

    @Test
    void pluginIsFoundOnTheClassPathAndByItsDescriptor() throws Exception {
        assertThat(ServiceLoader.load(ElanusPlugin.class).stream())
                .anyMatch(provider -> provider.type() == MetadataSqlPlugin.class);
        Properties descriptor = new Properties();
        try (InputStream stream = getClass().getResourceAsStream("/plugin.properties")) {
            descriptor.load(Objects.requireNonNull(stream));
        }
        assertThat(descriptor)
                .containsEntry("plugin.id", "metadata-sql")
                .containsEntry("plugin.class", MetadataSqlPlugin.class.getName());
    }

    @Test
    void twoClassLoadersInOneJvmWorkAndAreCollected() throws Exception {
        List<WeakReference<ClassLoader>> loaders = useTwo();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return loaders.stream().allMatch(loader -> loader.get() == null);
        });
    }

    /** In a method of its own, whose frame holds on to nothing afterwards. */
    private List<WeakReference<ClassLoader>> useTwo() throws Exception {
        Loaded one = new Loaded("one");
        Loaded two = new Loaded("two");
        assertThat(one.plugin.getClass()).isNotEqualTo(two.plugin.getClass());
        one.use();
        two.use();
        one.use();
        one.stop();
        // The other one's native library is its own.
        two.use();
        two.stop();
        return List.of(new WeakReference<>(one.loader), new WeakReference<>(two.loader));
    }

    /** The plugin in a class loader of its own, used on threads of its own, as the host does it. */
    private final class Loaded {
        private final String name;
        private final URLClassLoader loader;
        private final ElanusPlugin plugin;
        private final MetadataStoreFactory factory;

        Loaded(String name) throws Exception {
            this.name = name;
            URL[] urls = {location(MetadataSqlPlugin.class), location(SQLiteConfig.class)};
            this.loader = new URLClassLoader(urls, new GateLoader());
            Class<?> type = loader.loadClass(MetadataSqlPlugin.class.getName());
            this.plugin = (ElanusPlugin) type.getConstructor().newInstance();
            this.factory = registered(plugin);
            Class<?> configuration = loader.loadClass(MetadataSqlConfig.class.getName());
            plugin.start(context(directory.resolve(name), Optional.empty(), configuration));
        }

        void use() throws Exception {
            onThread(() -> {
                try (MetadataStore store = factory.open()) {
                    store.watch("", (revision, keys) -> {});
                    long revision = store.revision();
                    assertThat(store.commit(MetadataTransaction.builder()
                                    .put("a", new byte[10])
                                    .build()))
                            .isEqualTo(revision + 1);
                    assertThat(store.get("a")).isPresent();
                }
            });
        }

        void stop() throws Exception {
            onThread(plugin::stop);
            loader.close();
        }

        private void onThread(Runnable work) throws InterruptedException {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread thread = new Thread(work, name);
            thread.setContextClassLoader(loader);
            thread.setUncaughtExceptionHandler((ended, e) -> failure.set(e));
            thread.start();
            thread.join();
            assertThat(failure.get()).isNull();
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /** Lets through what the host offers to plugins. */
    private static final class GateLoader extends ClassLoader {
        GateLoader() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("org.elanus.spi.") || name.startsWith("org.slf4j.")) {
                return MetadataSqlPluginTest.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }

    private static MetadataStoreFactory registered(ElanusPlugin plugin) {
        AtomicReference<MetadataStoreFactory> factory = new AtomicReference<>();
        plugin.register((Contributions) Proxy.newProxyInstance(
                MetadataSqlPluginTest.class.getClassLoader(),
                new Class<?>[] {Contributions.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("metadataStore")) {
                        factory.set((MetadataStoreFactory) arguments[0]);
                    }
                    return null;
                }));
        return factory.get();
    }

    private PluginContext context(Path data, Optional<String> url, Class<?> configurationType) throws Exception {
        Object configuration = configurationType
                .getDeclaredConstructor(Optional.class, int.class, Duration.class)
                .newInstance(url, 2, Duration.ofSeconds(5));
        return (PluginContext) Proxy.newProxyInstance(
                MetadataSqlPluginTest.class.getClassLoader(),
                new Class<?>[] {PluginContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "configuration" -> configuration;
                    case "dataDirectory" -> data;
                    case "files" -> new LocalFiles();
                    case "threads" -> threads;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
