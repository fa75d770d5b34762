package org.elanus.plugin.apimilvus;

import java.time.Duration;
import org.elanus.spi.config.DataSize;
import org.elanus.spi.config.Default;
import org.elanus.spi.config.Doc;
import org.elanus.spi.config.Key;
import org.elanus.spi.config.Range;

/** Configuration of the Milvus protocol. */
@Doc("The Milvus protocol over gRPC, and HTTP/1.1, on one port.")
public record ApiMilvusConfig(
        @Key("host") @Default("127.0.0.1") @Doc("The address to serve on; 0.0.0.0 for every network interface.")
        String host,

        @Key("port") @Default("19530") @Range(min = "0", max = "65535") @Doc("The port; 0 takes any free one.")
        int port,

        @Key("max-message-size")
        @Default("64MiB")
        @Range(min = "1MiB", max = "1GiB")
        @Doc("The largest message that a client may send.")
        DataSize maxMessageSize,

        @Key("max-response-size")
        @Default("256MiB")
        @Range(min = "1MiB", max = "1GiB")
        @Doc("The largest answer; a larger one becomes an error that asks for fewer rows or fields.")
        DataSize maxResponseSize,

        @Key("max-connections")
        @Default("10000")
        @Range(min = "1", max = "1000000")
        @Doc("Connections beyond this number are closed at once.")
        int maxConnections,

        @Key("io-threads")
        @Default("0")
        @Range(min = "0", max = "256")
        @Doc("Threads for network I/O; 0 for one a processor.")
        int ioThreads,

        @Key("permit-keepalive")
        @Default("5s")
        @Range(min = "1s", max = "10s")
        @Doc("Clients that ping more often than this are disconnected. Milvus clients ping every 10 seconds.")
        Duration permitKeepalive) {}
