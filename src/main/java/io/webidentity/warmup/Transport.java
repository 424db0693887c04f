package io.webidentity.warmup;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;

/**
 * How a client's connection is served.
 *
 * @param eventLoops the threads
 * @param channel the sockets that go with them
 */
public record Transport(EventLoopGroup eventLoops, Class<? extends Channel> channel) {}
