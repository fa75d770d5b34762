package org.elanus.testkit.simulation;

/** Failures in words. */
public final class Failure {

    private static final int SHOWN_FRAMES = 8;

    private Failure() {}

    /** What was thrown, where, and why, in one line. */
    public static String describe(Throwable error) {
        StringBuilder text = new StringBuilder(error.toString());
        int frames = 0;
        for (StackTraceElement frame : error.getStackTrace()) {
            if (frames++ < SHOWN_FRAMES) {
                text.append(frames == 1 ? " at " : " < ").append(frame);
            }
        }
        Throwable cause = error.getCause();
        return cause == null || cause == error ? text.toString() : text + "; caused by " + describe(cause);
    }
}
