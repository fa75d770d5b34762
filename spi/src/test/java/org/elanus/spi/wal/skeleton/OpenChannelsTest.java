package org.elanus.spi.wal.skeleton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;
import org.elanus.spi.wal.ChannelInfo;
import org.junit.jupiter.api.Test;

class OpenChannelsTest {

    private final OpenChannels channels = new OpenChannels();

    @Test
    void oneHandleAChannelUntilItIsGivenBack() {
        channels.enter(new ChannelInfo("a", 1));
        channels.enter(new ChannelInfo("b", 1));
        assertThat(refusal("a", 2).code()).isEqualTo(StandardErrorCode.ALREADY_IN_USE);
        channels.leave(new ChannelInfo("a", 1));
        channels.enter(new ChannelInfo("a", 1));
    }

    @Test
    void termsDoNotGoBackButMayStay() {
        channels.enter(new ChannelInfo("a", 7));
        channels.leave(new ChannelInfo("a", 7));
        assertThat(refusal("a", 6).code()).isEqualTo(StandardErrorCode.FENCED);
        assertThat(refusal("a", 6)).hasMessageContaining("7").hasMessageContaining("6");
        channels.enter(new ChannelInfo("a", 7));
    }

    private ElanusException refusal(String channel, long term) {
        return catchThrowableOfType(ElanusException.class, () -> channels.enter(new ChannelInfo(channel, term)));
    }
}
