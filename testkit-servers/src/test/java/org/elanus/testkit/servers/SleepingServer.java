package org.elanus.testkit.servers;

import java.time.Duration;
import java.util.List;

/** A child that does nothing. Its own main class is what it runs; as a program with an argument, it starts such a child. */
final class SleepingServer extends ChildServer {

    SleepingServer() {
        super("sleeping");
    }

    @Override
    protected Launch launch() {
        return new Launch(
                List.of("-XX:TieredStopAtLevel=1", "-Xmx16m"),
                System.getProperty("java.class.path"),
                SleepingServer.class.getName(),
                List.of());
    }

    @Override
    protected boolean ready() {
        return logSinceStart().contains("sleeping");
    }

    /** Sleeps; with an argument it starts a child before, halts it, and prints its process id. */
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length > 0) {
            SleepingServer child = new SleepingServer();
            child.start();
            child.pause();
            System.out.println("child " + child.pid());
        } else {
            System.out.println("sleeping");
        }
        Thread.sleep(Duration.ofMinutes(10));
    }
}
