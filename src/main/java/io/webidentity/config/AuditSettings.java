package io.webidentity.config;

import java.time.Duration;

/**
 * How the server looks at running pods.
 *
 * @param interval between the begin of one audit and of the next
 * @param evictionsPerMinute how many pods may be evicted, at most; 0: none
 * @param namespace of the Lease
 * @param lease name of the Lease that the replica holds whose turn it is
 */
public record AuditSettings(
    Duration interval, int evictionsPerMinute, String namespace, String lease) {}
