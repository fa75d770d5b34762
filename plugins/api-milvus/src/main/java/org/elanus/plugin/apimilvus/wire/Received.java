package org.elanus.plugin.apimilvus.wire;

import com.google.protobuf.Message;

/** A request as it came. @param floats what was read apart from it */
public record Received<M extends Message>(M message, FloatPayloads floats) {}
