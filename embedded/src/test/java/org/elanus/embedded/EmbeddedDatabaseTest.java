package org.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {

    @TempDir
    private Path temporary;

    @Test
    void twoDatabasesInOneProcessDoNotKnowEachOther() {
        try (EmbeddedDatabase one =
                        Elanus.embedded().dataDirectory(temporary.resolve("1")).open();
                EmbeddedDatabase two =
                        Elanus.embedded().dataDirectory(temporary.resolve("2")).open()) {
            Words.create(one);
            Words.create(two);
            Words.insert(one, 0, 10);
            Words.insert(two, 100, 20);

            assertThat(one.rowCount(Words.CONTEXT, "words", "")).isEqualTo(10);
            assertThat(two.rowCount(Words.CONTEXT, "words", "")).isEqualTo(20);
            one.close();
            assertThat(Words.nearest(two, 107)).isEqualTo(107);
        }
    }

    @Test
    void secondDatabaseOnADirectoryIsRefused() {
        try (EmbeddedDatabase _ = Elanus.embedded().dataDirectory(temporary).open()) {
            assertThatExceptionOfType(ElanusException.class)
                    .isThrownBy(() -> Elanus.embedded().dataDirectory(temporary).open())
                    .withMessageContaining(temporary.toString())
                    .matches(e -> e.code() == StandardErrorCode.ALREADY_IN_USE);
        }
    }

    @Test
    void segmentsAndIndexesSurviveClosing() {
        try (EmbeddedDatabase database =
                Elanus.embedded().dataDirectory(temporary).open()) {
            Words.create(database);
            Words.insert(database, 0, 3000);
            database.flush(Words.CONTEXT, "words");
            Words.insert(database, 3000, 5);
        }
        try (EmbeddedDatabase database =
                Elanus.embedded().dataDirectory(temporary).open()) {
            assertThat(database.rowCount(Words.CONTEXT, "words", "")).isEqualTo(3005);
            assertThat(Words.nearest(database, 1234)).isEqualTo(1234);
            assertThat(Words.nearest(database, 3003)).isEqualTo(3003);
        }
    }

    @Test
    void everythingWrongWithTheSettingsIsSaidAtOnce() {
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> Elanus.embedded()
                        .dataDirectory(temporary)
                        .memoryBudget(5)
                        .set("segment.idel", "5m")
                        .open())
                .withMessageContaining("memory.budget")
                .withMessageContaining("segment.idel")
                .withMessageContaining("segment.idle")
                .matches(e -> e.code() == StandardErrorCode.CONFIGURATION_INVALID);
    }

    @Test
    void missingStoreIsNamedWithWhatThereIs() {
        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> Elanus.embedded()
                        .dataDirectory(temporary)
                        .set("storage.store", "tape")
                        .open())
                .withMessageContaining("storage.store = tape")
                .withMessageContaining("local");

        Elanus.embedded().dataDirectory(temporary).open().close();
    }

    @Test
    void closedDatabaseSaysSo() {
        EmbeddedDatabase database = Elanus.embedded().dataDirectory(temporary).open();
        database.close();
        database.close();

        assertThatExceptionOfType(ElanusException.class)
                .isThrownBy(() -> Words.create(database))
                .matches(e -> e.code() == StandardErrorCode.CLOSED);
    }
}
