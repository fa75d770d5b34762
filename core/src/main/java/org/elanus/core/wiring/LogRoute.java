package org.elanus.core.wiring;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.elanus.core.engine.LogStatus;
import org.elanus.core.runtime.HybridClock;
import org.elanus.spi.manage.ManagementRoute;
import org.elanus.spi.wal.MessageId;

/** {@code GET /wal} on the management port: how the log's channels stand, as text or JSON. */
final class LogRoute {

    private LogRoute() {}

    /** @param status asked on every request */
    static ManagementRoute of(Supplier<LogStatus> status) {
        return new ManagementRoute("GET", "/wal", request -> {
            boolean json =
                    request.query().getOrDefault("format", List.of("text")).contains("json");
            LogStatus now = status.get();
            return new ManagementRoute.Response(
                    200,
                    json ? "application/json" : "text/plain; charset=utf-8",
                    (json ? json(now).toString() : text(now)).getBytes(StandardCharsets.UTF_8));
        });
    }

    static String text(LogStatus status) {
        StringBuilder text = new StringBuilder("log " + status.log() + "\n");
        for (LogStatus.Channel channel : status.channels()) {
            text.append("channel ")
                    .append(channel.name())
                    .append(": ")
                    .append(channel.state().name().toLowerCase(Locale.ROOT))
                    .append(", epoch ")
                    .append(channel.applied().epoch())
                    .append(", sequence ")
                    .append(channel.applied().sequence())
                    .append(", newest record of ")
                    .append(time(channel))
                    .append(" at ")
                    .append(position(channel))
                    .append('\n');
            text.append("  taken since the start %,d bytes, under way %,d bytes, opened again %d times\n"
                    .formatted(
                            channel.statistics().bytes(),
                            channel.statistics().heldBytes(),
                            channel.statistics().recoveries()));
            text.append(channel.hold()
                    .map(hold -> "  held behind sequence %d by collection '%s' for %,d s; %,d bytes came since%n"
                            .formatted(hold.sequence(), hold.collection(), hold.seconds(), hold.bytes()))
                    .orElse("  nothing is held: every row is in a segment\n"));
            channel.wal()
                    .ifPresent(wal -> text.append("  %s, last append %s, %,d bytes unanswered%n"
                            .formatted(
                                    wal.reachable() ? "reachable" : "NOT REACHABLE",
                                    wal.lastAppend().map(Instant::toString).orElse("none yet"),
                                    wal.lagBytes())));
            channel.problems()
                    .forEach(problem -> text.append("  ! ").append(problem).append('\n'));
        }
        return text.toString();
    }

    private static Instant time(LogStatus.Channel channel) {
        return Instant.ofEpochMilli(HybridClock.physical(channel.applied().timestamp()));
    }

    private static String position(LogStatus.Channel channel) {
        MessageId id = channel.applied().id();
        return id == null ? "the beginning" : id.toString();
    }

    static ObjectNode json(LogStatus status) {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("log", status.log());
        ArrayNode channels = root.putArray("channels");
        for (LogStatus.Channel channel : status.channels()) {
            ObjectNode node = channels.addObject()
                    .put("name", channel.name())
                    .put("state", channel.state().name().toLowerCase(Locale.ROOT))
                    .put("epoch", channel.applied().epoch())
                    .put("sequence", channel.applied().sequence())
                    .put("newestRecord", time(channel).toString())
                    .put("position", position(channel))
                    .put("bytes", channel.statistics().bytes())
                    .put("underWayBytes", channel.statistics().heldBytes())
                    .put("recoveries", channel.statistics().recoveries())
                    .put("failures", channel.statistics().failures())
                    .put("foreign", channel.statistics().foreign())
                    .put("repeats", channel.statistics().repeats())
                    .put("gaps", channel.statistics().gaps());
            channel.hold()
                    .ifPresent(hold -> node.putObject("hold")
                            .put("collection", hold.collection())
                            .put("sequence", hold.sequence())
                            .put("seconds", hold.seconds())
                            .put("bytes", hold.bytes()));
            channel.wal().ifPresent(wal -> {
                ObjectNode log =
                        node.putObject("log").put("reachable", wal.reachable()).put("lagBytes", wal.lagBytes());
                wal.lastAppend().ifPresent(last -> log.put("lastAppend", last.toString()));
            });
            ArrayNode problems = node.putArray("problems");
            channel.problems().forEach(problems::add);
        }
        return root;
    }
}
