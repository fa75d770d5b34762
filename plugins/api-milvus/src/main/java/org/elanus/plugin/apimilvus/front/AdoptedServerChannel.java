package org.elanus.plugin.apimilvus.front;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The channel that the gRPC server believes to listen on. It listens on nothing: connections that were accepted
 * elsewhere are handed to it.
 */
final class AdoptedServerChannel extends AbstractServerChannel {

    private final DefaultChannelConfig config = new DefaultChannelConfig(this);
    private volatile @Nullable SocketAddress address;
    private volatile boolean open = true;

    /**
     * Makes the connection one of the server's. Called on the connection's own event loop; when it returns, gRPC's
     * handlers are in the connection's pipeline.
     */
    void adopt(Channel connection) throws Exception {
        // Netty's acceptor is the last handler of a server channel; it adds the server's initializer to the connection.
        ChannelHandlerContext last = pipeline().lastContext();
        ChannelHandler acceptor = last == null ? null : last.handler();
        if (!open || !(acceptor instanceof ChannelInboundHandler inbound)) {
            connection.close();
            return;
        }
        inbound.channelRead(last, connection);
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && address != null;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        promise.setSuccess(); // there is nothing to select on
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return address;
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        address = localAddress;
    }

    @Override
    protected void doClose() {
        open = false;
    }

    @Override
    protected void doDeregister() {}

    @Override
    protected void doBeginRead() {}

    /** An address that names nothing. */
    static SocketAddress anywhere() {
        return new LocalAddress("elanus-milvus");
    }
}
