package org.elanus.spi.plugin;

/** What a plugin says of itself. The message is shown to operators. */
public record Health(State state, String message) {

    /** How well. */
    public enum State {
        HEALTHY,
        /** Works, but an operator should look. */
        DEGRADED,
        /** Does not serve. */
        UNHEALTHY
    }

    private static final Health HEALTHY = new Health(State.HEALTHY, "");

    public static Health healthy() {
        return HEALTHY;
    }

    public static Health degraded(String message) {
        return new Health(State.DEGRADED, message);
    }

    public static Health unhealthy(String message) {
        return new Health(State.UNHEALTHY, message);
    }
}
