package org.elanus.plugin.apimilvus.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.elanus.milvus.proto.Status;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.error.ErrorCode;
import org.elanus.spi.error.StandardErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("deprecation") // the old error code is what is tested
class WireStatusTest {

    private enum PluginError implements ErrorCode {
        BUSY;

        @Override
        public ErrorCategory category() {
            return ErrorCategory.RETRYABLE;
        }
    }

    private static Status of(ErrorCode code) {
        return WireStatus.of(new ElanusException(code, "why"), Map.of(), "r1");
    }

    @ParameterizedTest
    @EnumSource(StandardErrorCode.class)
    void everyErrorHasBothCodesAndAReason(StandardErrorCode code) {
        Status status = of(code);
        assertThat(status.getCode()).isNotZero();
        assertThat(status.getErrorCodeValue()).isNotZero();
        assertThat(status.getReason()).isEqualTo("why");
        if (code.category() == ErrorCategory.USER) {
            assertThat(status.getRetriable()).isFalse();
            assertThat(status.getExtraInfoMap()).containsEntry("is_input_error", "true");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_ARGUMENT,1100,5",
        "MISSING_ARGUMENT,1101,5",
        "COLLECTION_NOT_FOUND,100,4",
        "SCHEMA_MISMATCH,109,62",
        "PARTITION_NOT_FOUND,200,15",
        "INDEX_NOT_FOUND,700,25",
        "DATABASE_NOT_FOUND,800,1",
        "RATE_LIMITED,8,49",
        "ALIAS_NOT_FOUND,1600,1",
        "MEMORY_LIMIT,3,52",
        "DISK_FULL,7,54",
        "NOT_READY,1,56",
        "QUOTA_EXCEEDED,9,48",
        "COLLECTION_NOT_LOADED,101,1",
        "UNSUPPORTED,3000,1",
        "TIMEOUT,10001,1",
        "CANCELLED,10000,1"
    })
    void knownErrorsHaveTheNumbersThatClientsKnow(StandardErrorCode code, int wire, int legacy) {
        assertThat(of(code).getCode()).isEqualTo(wire);
        assertThat(of(code).getErrorCodeValue()).isEqualTo(legacy);
    }

    @Test
    void codesOfPluginsGoByTheirCategory() {
        assertThat(of(PluginError.BUSY).getRetriable()).isTrue();
        assertThat(of(PluginError.BUSY).getCode()).isEqualTo(2);
    }

    @Test
    void unexpectedErrorsTellOnlyTheRequest() {
        Status status = WireStatus.of(new IllegalStateException("secret"), Map.of(), "r17");
        assertThat(status.getCode()).isEqualTo(65535);
        assertThat(status.getErrorCodeValue()).isEqualTo(1);
        assertThat(status.getReason()).contains("r17").doesNotContain("secret");
    }

    @Test
    void reasonsHaveTheShapeThatClientsLookFor() {
        Map<String, String> subjects = Map.of("database", "d", "collection", "c");
        assertThat(WireStatus.of(
                                new ElanusException(StandardErrorCode.COLLECTION_NOT_FOUND, "there is a"),
                                subjects,
                                "r")
                        .getReason())
                .isEqualTo("can't find collection[database=d][collection=c]: there is a");
        assertThat(WireStatus.of(new ElanusException(StandardErrorCode.COLLECTION_NOT_LOADED, "load it"), subjects, "r")
                        .getReason())
                .startsWith("collection not loaded[collection=c]");
    }
}
