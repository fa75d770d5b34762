/**
 * The log on Apache Kafka: a topic with one partition per channel, a transactional producer per open channel as fence,
 * a consumer per scanner.
 */
@NullMarked
package org.elanus.plugin.walkafka;

import org.jspecify.annotations.NullMarked;
