package org.elanus.plugin.apimilvus.front;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** The event loops as the gRPC server sees them: a connection that it gets is registered with its loop already. */
final class AdoptedWorkers extends AbstractEventExecutorGroup implements EventLoopGroup {

    private final EventLoopGroup loops;

    AdoptedWorkers(EventLoopGroup loops) {
        this.loops = loops;
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return channel.isRegistered() ? channel.newSucceededFuture() : loops.register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return promise.channel().isRegistered() ? promise.setSuccess() : loops.register(promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return register(promise);
    }

    @Override
    public EventLoop next() {
        return loops.next();
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return loops.iterator();
    }

    @Override
    public boolean isShuttingDown() {
        return loops.isShuttingDown();
    }

    /** The loops belong to the front, which ends them. */
    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return loops.terminationFuture();
    }

    @Override
    public Future<?> terminationFuture() {
        return loops.terminationFuture();
    }

    @Override
    @Deprecated
    public void shutdown() {}

    @Override
    public boolean isShutdown() {
        return loops.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return loops.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return loops.awaitTermination(timeout, unit);
    }
}
