package org.elanus.core.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.elanus.core.log.ChannelLog;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.wal.WalOpener;

/** Looks how the log stands; asks nobody outside this process. */
final class LogStatuses {

    private LogStatuses() {}

    static LogStatus of(String log, WalOpener opener, EngineState state) {
        return new LogStatus(
                log,
                state.logs().stream()
                        .sorted(Comparator.comparing(ChannelLog::channel))
                        .map(channel -> of(channel, opener, state))
                        .toList());
    }

    private static LogStatus.Channel of(ChannelLog log, WalOpener opener, EngineState state) {
        List<String> problems = new ArrayList<>(log.alarms());
        ElanusException failure = log.failure();
        if (failure != null) {
            problems.add(String.valueOf(failure.getMessage()));
        }
        return new LogStatus.Channel(
                log.channel(),
                log.state(),
                log.applied(),
                log.statistics(),
                hold(log, state),
                opener.status().stream()
                        .filter(status -> status.channel().equals(log.channel()))
                        .findFirst(),
                problems);
    }

    private static Optional<LogStatus.Hold> hold(ChannelLog log, EngineState state) {
        LogStatus.Hold oldest = null;
        long now = state.seams().clock().nanos();
        for (LiveCollection live : state.collections()) {
            for (Shard shard : live.shards()) {
                Shard.Hold held = shard.channel().equals(log.channel()) ? shard.held() : null;
                if (held != null && (oldest == null || held.from().sequence() < oldest.sequence())) {
                    oldest = new LogStatus.Hold(
                            state.catalog()
                                    .find(live.id())
                                    .map(collection -> collection.info().name())
                                    .orElse(Long.toString(live.id())),
                            held.from().sequence(),
                            (now - held.sinceNanos()) / 1_000_000_000,
                            Math.max(0, log.bytes() - held.logBytes()));
                }
            }
        }
        return Optional.ofNullable(oldest);
    }
}
