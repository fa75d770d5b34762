/**
 * Real servers for tests: {@link org.elanus.testkit.servers.ChildServer} and one class per server. Each runs in a
 * process of its own, on free ports of the loopback interface and in a temporary directory, and ends with the JVM that
 * started it. Start one per module and share it among the tests.
 */
@NullMarked
package org.elanus.testkit.servers;

import org.jspecify.annotations.NullMarked;
