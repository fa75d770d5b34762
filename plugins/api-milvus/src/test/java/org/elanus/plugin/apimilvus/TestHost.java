package org.elanus.plugin.apimilvus;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.random.RandomGenerator;
import org.elanus.spi.database.Database;
import org.elanus.spi.io.Files;
import org.elanus.spi.plugin.PluginContext;
import org.elanus.spi.runtime.Clock;
import org.elanus.spi.runtime.Randomness;
import org.elanus.spi.runtime.Threads;

/** A host with real threads and time, and nothing else. */
final class TestHost implements PluginContext, Threads, Clock, Randomness {

    private final ApiMilvusConfig config;

    TestHost(ApiMilvusConfig config) {
        this.config = config;
    }

    @Override
    public String pluginId() {
        return "api-milvus";
    }

    @Override
    public <C extends Record> C configuration(Class<C> type) {
        return type.cast(config);
    }

    @Override
    public Path dataDirectory() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Files files() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Clock clock() {
        return this;
    }

    @Override
    public Threads threads() {
        return this;
    }

    @Override
    public Randomness randomness() {
        return this;
    }

    @Override
    public Database database() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Thread start(String name, Runnable body) {
        return Thread.ofPlatform().name(name).start(body);
    }

    @Override
    public Thread startVirtual(String name, Runnable body) {
        return Thread.ofVirtual().name(name).start(body);
    }

    @Override
    public ExecutorService pool(String name, int threads) {
        return Executors.newFixedThreadPool(threads);
    }

    @Override
    public ExecutorService virtualExecutor(String name) {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name(name + "-", 0).factory());
    }

    @Override
    public Repeating repeat(String name, Duration pause, Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    @Override
    public long await(Condition condition, long nanos) throws InterruptedException {
        return condition.awaitNanos(nanos);
    }

    @Override
    public RandomGenerator generator() {
        return new Random();
    }

    @Override
    public void secureBytes(byte[] target) {
        new SecureRandom().nextBytes(target);
    }
}
