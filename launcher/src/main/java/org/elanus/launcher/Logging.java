package org.elanus.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import org.elanus.core.config.LoggingConfig;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Sends the log to standard error. In code rather than in a logback.xml, whose reading would take a tenth of the time of
 * a start; a file named by {@code -Dlogback.configurationFile} is followed instead.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {

    private static final String FILE_PROPERTY = "logback.configurationFile";
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0} - %msg%n";

    /** Libraries whose information is noise to an operator. */
    private static final List<String> QUIET = List.of("com.zaxxer.hikari", "io.grpc", "io.netty", "org.apache.kafka", "org.apache.pulsar", "org.pf4j");

    /** Called by Logback with the first logger. */
    public Logging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (followsFile()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        write(context, LoggingConfig.Format.TEXT, LoggingConfig.Level.WARN);
        QUIET.forEach(name -> context.getLogger(name).setLevel(Level.ERROR)); // a command says itself what failed
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Takes over what the configuration says. */
    static void apply(LoggingConfig configuration) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context && !followsFile()) {
            context.reset();
            write(context, configuration.format(), configuration.level());
        }
    }

    /** Nothing is logged any more: simulated servers would log the faults that are made for them. */
    static void silence() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context && !followsFile()) {
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        }
    }

    private static boolean followsFile() {
        return System.getProperty(FILE_PROPERTY) != null;
    }

    private static void write(LoggerContext context, LoggingConfig.Format format, LoggingConfig.Level level) {
        EncoderBase<ILoggingEvent> encoder = encoder(format);
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("console");
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.valueOf(level.name()));
        root.addAppender(appender);
        if (level == LoggingConfig.Level.INFO) {
            QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
        }
    }

    private static EncoderBase<ILoggingEvent> encoder(LoggingConfig.Format format) {
        if (format == LoggingConfig.Format.JSON) {
            JsonEncoder encoder = new JsonEncoder();
            encoder.setWithFormattedMessage(true);
            encoder.setWithMessage(false);
            encoder.setWithArguments(false);
            encoder.setWithContext(false);
            encoder.setWithNanoseconds(false);
            encoder.setWithSequenceNumber(false);
            return encoder;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(PATTERN);
        return encoder;
    }
}
