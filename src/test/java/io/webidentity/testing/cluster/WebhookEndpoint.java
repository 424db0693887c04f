package io.webidentity.testing.cluster;

import java.net.URI;

/**
 * Where a webhook answers.
 *
 * @param url its URL, as the API server reaches it
 * @param authorityPem certificate that signs its own
 */
public record WebhookEndpoint(URI url, String authorityPem) {}
