package org.elanus.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.elanus.core.runtime.Seams;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void onATerminalTheBarIsRedrawnOnItsLine() {
        try (Progress progress = new Progress(out, true, Seams.system().clock(), "insert", 2000)) {
            progress.at(5000);
        }

        assertThat(text())
                .contains("\r  insert   [....")
                .contains("2,000 of 2,000 in")
                .endsWith(System.lineSeparator());
    }

    @Test
    void elsewhereThereIsOnePlainLine() {
        try (Progress progress = new Progress(out, false, Seams.system().clock(), "insert", 2000)) {
            progress.at(1000);
            progress.at(2000);
        }

        assertThat(text().lines()).singleElement().asString().startsWith("  insert   2,000 of 2,000 in ");
        assertThat(text()).doesNotContain("\r").doesNotContain("\033");
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
