package org.elanus.plugin.walpulsar;

import java.util.Optional;

/**
 * What the newest message of a topic tells: every message names the term of its owner, and the position up to which the
 * log was truncated when it was sent.
 *
 * @param position of the newest message; empty in an empty topic
 * @param term of the owner that sent it; -1 when there is none
 * @param truncated everything up to and including it is forgotten
 */
record TopicEnd(Optional<Position> position, long term, Optional<Position> truncated) {

    static final TopicEnd EMPTY = new TopicEnd(Optional.empty(), -1, Optional.empty());
}
