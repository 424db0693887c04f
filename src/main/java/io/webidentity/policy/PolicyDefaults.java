package io.webidentity.policy;

import io.webidentity.aws.EndpointUrl;
import java.util.Optional;

/**
 * What identities have that ask for nothing special, and what rules without a list of their own
 * allow.
 *
 * @param audience the audience of the flags
 * @param stsEndpoint the STS server of the flags, as in {@link IdentityClaim}
 */
public record PolicyDefaults(String audience, Optional<EndpointUrl> stsEndpoint) {}
