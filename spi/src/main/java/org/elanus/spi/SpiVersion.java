package org.elanus.spi;

/** The semantic version of this SPI. A plugin's manifest states the range it needs ({@code plugin.requires}). */
public final class SpiVersion {

    /** The version of the SPI in this jar. */
    public static final String CURRENT = "0.1.0";

    private SpiVersion() {}
}
