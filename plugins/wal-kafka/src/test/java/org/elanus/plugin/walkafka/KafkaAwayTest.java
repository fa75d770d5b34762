package org.elanus.plugin.walkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Map;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.ErrorCategory;
import org.elanus.spi.plugin.Health;
import org.elanus.spi.wal.ChannelInfo;
import org.elanus.spi.wal.WalOpener;
import org.junit.jupiter.api.Test;

/** Kafka is down from the start. */
class KafkaAwayTest {

    @Test
    void healthTellsOfAKafkaThatNeverAnswered() {
        KafkaWalOpenerBuilder builder = KafkaFixture.builder("127.0.0.1:1", Map.of("open-timeout", "1s"));
        try (WalOpener opener = builder.build()) {
            assertThat(builder.health().state()).isEqualTo(Health.State.HEALTHY);
            assertThat(builder.health().message()).contains("not connected yet");
            assertThat(catchThrowable(() -> opener.open(new ChannelInfo(KafkaFixture.CHANNEL, 1))))
                    .isInstanceOfSatisfying(
                            ElanusException.class,
                            e -> assertThat(e.code().category()).as(e.toString()).isEqualTo(ErrorCategory.RETRYABLE));
            assertThat(builder.health().state()).isEqualTo(Health.State.UNHEALTHY);
            assertThat(builder.health().message()).contains("127.0.0.1:1 does not answer for channel c-0");
        }
    }
}
