package org.elanus.spi.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.elanus.spi.error.ElanusException;
import org.junit.jupiter.api.Test;

class WalRecordTest {

    @Test
    void takesPropertiesUpToTheLimitsAndNamesTheLimitThatIsBroken() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < WalRecord.MAX_PROPERTIES; i++) {
            many.put("p" + i, "");
        }
        assertThat(record(many).properties()).hasSize(WalRecord.MAX_PROPERTIES);
        many.put("one more", "");
        assertThatThrownBy(() -> record(many)).hasMessageContaining("33").hasMessageContaining("32");

        String full = "é".repeat(WalRecord.MAX_PROPERTY_BYTES / 2 - 1);
        assertThat(record(Map.of("ab", full)).properties()).containsEntry("ab", full);
        assertThatThrownBy(() -> record(Map.of("abc", full)))
                .hasMessageContaining("4097")
                .hasMessageContaining("4096");
    }

    @Test
    void refusesPropertiesThatNoLogCanKeep() {
        assertThatThrownBy(() -> record(Map.of("", "x"))).hasMessageContaining("empty");
        assertThatThrownBy(() -> record(Map.of("half", "\ud83d"))).hasMessageContaining("'half'");
    }

    @Test
    void theCallersCollectionsMayChangeAfterwards() {
        Map<String, String> properties = new HashMap<>(Map.of("a", "b"));
        WalRecord record = record(properties);
        properties.clear();
        assertThat(record.properties()).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void onlyThePayloadCountsAgainstTheLargestRecord() {
        WalCapabilities capabilities =
                new WalCapabilities(false, false, false, WalCapabilities.SMALLEST_MAX_RECORD_BYTES);
        List<MemorySegment> largest = List.of(
                MemorySegment.ofArray(new byte[WalCapabilities.SMALLEST_MAX_RECORD_BYTES - 1]),
                MemorySegment.ofArray(new byte[1]));
        capabilities.requireFit(new WalRecord(largest, Map.of("a", "b")));
        assertThatThrownBy(() -> capabilities.requireFit(new WalRecord(
                        List.of(largest.getFirst(), largest.getLast(), MemorySegment.ofArray(new byte[1])))))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining("65537")
                .hasMessageContaining("65536");
    }

    private static WalRecord record(Map<String, String> properties) {
        return new WalRecord(List.of(), properties);
    }
}
