package io.webidentity.policy;

import io.webidentity.aws.EndpointUrl;
import io.webidentity.aws.RoleArn;
import java.util.Optional;

/**
 * What is asked of a policy: may pods of a Namespace have this?
 *
 * @param role the role
 * @param audience the audience of their token
 * @param stsEndpoint where SDKs send the token, if not to AWS: the STS server or, where there is
 *     none, the server of all services, as SDKs take that one for STS too
 */
public record IdentityClaim(RoleArn role, String audience, Optional<EndpointUrl> stsEndpoint) {}
