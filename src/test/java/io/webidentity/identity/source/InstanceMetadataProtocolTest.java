package io.webidentity.identity.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.webidentity.aws.AwsPartition;
import io.webidentity.aws.RoleComposition;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.internal.util.EC2MetadataUtils;
import software.amazon.awssdk.regions.providers.InstanceProfileRegionProvider;

/** The fake speaks version 2 of the protocol as the client of AWS's own SDK does. */
class InstanceMetadataProtocolTest {
  private static final String ENDPOINT =
      SdkSystemSetting.AWS_EC2_METADATA_SERVICE_ENDPOINT.property();
  private static final String WITHOUT_TOKENS =
      SdkSystemSetting.AWS_EC2_METADATA_V1_DISABLED.property();

  private FakeInstanceMetadata service;

  @BeforeEach
  void start() throws Exception {
    service = FakeInstanceMetadata.of("cn-north-1", "011122223333");
    System.setProperty(ENDPOINT, service.endpoint().toString());
    System.setProperty(WITHOUT_TOKENS, "true");
    EC2MetadataUtils.clearCache();
  }

  @AfterEach
  void stop() {
    System.clearProperty(ENDPOINT);
    System.clearProperty(WITHOUT_TOKENS);
    EC2MetadataUtils.clearCache();
    service.close();
  }

  @Test
  void the_sdks_client_and_ours_read_the_same() throws Exception {
    EC2MetadataUtils.InstanceInfo sdk = EC2MetadataUtils.getInstanceInfo();

    assertThat(service.tokensAsked()).isOne();
    assertThat(sdk.getAccountId()).isEqualTo("011122223333");
    assertThat(new InstanceMetadata(service.endpoint()).composition(Optional.empty()))
        .isEqualTo(new RoleComposition(AwsPartition.ofRegion(sdk.getRegion()), sdk.getAccountId()));
  }

  @Test
  void the_sdk_takes_its_region_from_it() {
    assertThat(new InstanceProfileRegionProvider().getRegion()).isEqualTo(Region.CN_NORTH_1);
    assertThat(service.tokensAsked()).isOne();
  }
}
