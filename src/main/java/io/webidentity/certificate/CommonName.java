package io.webidentity.certificate;

import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * The common name of a certificate's subject, by which Kubernetes knows clients: that of
 * kube-apiserver's {@code --requestheader-allowed-names}, and the user of a client certificate. It
 * is taken from the encoded name, so that no text is escaped, cut or compared in a lower case.
 */
final class CommonName {
  private CommonName() {}

  /** The one common name; empty where there is none, or more than one. */
  static Optional<String> of(X509Certificate certificate) {
    X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    List<ASN1Encodable> values =
        Arrays.stream(subject.getRDNs(BCStyle.CN))
            .flatMap(part -> Arrays.stream(part.getTypesAndValues()))
            .filter(attribute -> attribute.getType().equals(BCStyle.CN))
            .map(AttributeTypeAndValue::getValue)
            .toList();
    return values.size() == 1 && values.getFirst() instanceof ASN1String text
        ? Optional.of(text.getString())
        : Optional.empty();
  }
}
