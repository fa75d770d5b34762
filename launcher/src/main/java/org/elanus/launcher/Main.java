package org.elanus.launcher;

/** Entry point of {@code bin/elanus}. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        String version = Main.class.getPackage().getImplementationVersion();
        System.out.println("elanus " + (version == null ? "(development)" : version));
    }
}
