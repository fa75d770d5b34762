package org.elanus.spi.database;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import org.elanus.spi.error.ElanusException;
import org.elanus.spi.error.StandardErrorCode;

/** Texts of TIMESTAMPTZ values in ISO 8601. */
public final class Moments {

    private static final DateTimeFormatter READER = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .optionalStart()
            .appendLiteral('T')
            .optionalEnd()
            .optionalStart()
            .appendLiteral(' ')
            .optionalEnd()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffset("+HH:mm", "Z")
            .optionalEnd()
            .optionalEnd()
            .toFormatter(java.util.Locale.ROOT);

    private Moments() {}

    /**
     * Microseconds since the epoch.
     *
     * @param text a date, or a date and a time, with an offset or without
     * @param zone of a text without an offset
     * @throws ElanusException INVALID_ARGUMENT
     */
    public static long parse(String text, ZoneId zone) {
        try {
            TemporalAccessor read = READER.parseBest(
                    text.strip(), ZonedDateTime::from, java.time.LocalDateTime::from, LocalDate::from);
            Instant instant = switch (read) {
                case ZonedDateTime whole -> whole.toInstant();
                case java.time.LocalDateTime local -> local.atZone(zone).toInstant();
                default -> ((LocalDate) read).atStartOfDay(zone).toInstant();
            };
            return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
        } catch (DateTimeException | ArithmeticException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT,
                    "'" + (text.length() > 64 ? text.substring(0, 64) + "…" : text)
                            + "' is no moment; write it as 2026-01-31T12:00:00Z or 2026-01-31T12:00:00+08:00",
                    e);
        }
    }

    /** The moment with the offset of a zone, such as {@code 2026-01-31T12:00:00.5Z}. */
    public static String format(long micros, ZoneId zone) {
        Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atZone(zone));
    }

    /**
     * A zone by its name or offset; empty for UTC.
     *
     * @throws ElanusException INVALID_ARGUMENT
     */
    public static ZoneId zone(String name) {
        try {
            return name.isBlank() ? ZoneOffset.UTC : ZoneId.of(name.strip());
        } catch (DateTimeException e) {
            throw new ElanusException(
                    StandardErrorCode.INVALID_ARGUMENT,
                    "timezone '" + name + "' is unknown; write it as Asia/Shanghai or +08:00",
                    e);
        }
    }
}
