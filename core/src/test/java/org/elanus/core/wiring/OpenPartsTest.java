package org.elanus.core.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;

class OpenPartsTest {

    private final List<String> closed = new ArrayList<>();
    private final OpenParts parts = new OpenParts();

    @Test
    void partsCloseInReverseOrderOnce() {
        add("one");
        add("two");

        parts.close();
        parts.close();

        assertThat(closed).containsExactly("two", "one");
    }

    @Test
    void everythingClosesAndNoFailureIsLost() {
        add("one");
        parts.add("two", () -> {
            throw new IllegalStateException("second");
        });
        parts.add("three", () -> {
            throw new ElanusException(StandardErrorCode.IO_FAILURE, "first");
        });

        Throwable failure = catchThrowable(parts::close);

        assertThat(closed).containsExactly("one");
        assertThat(failure).isInstanceOf(ElanusException.class).hasMessage("first");
        assertThat(failure.getSuppressed())
                .singleElement()
                .satisfies(suppressed -> assertThat(suppressed)
                        .hasMessageContaining("closing the two failed")
                        .hasMessageContaining("second"));
    }

    private void add(String name) {
        parts.add(name, () -> closed.add(name));
    }
}
