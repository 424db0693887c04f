package io.webidentity.admission;

import io.webidentity.admission.AdmissionGate.Admission;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A complete request for {@code /mutate}.
 *
 * @param contentType with its parameters; null without one
 * @param session the TLS session it came in
 * @param body the review; not to be changed until there is an answer
 * @param admission to the gate, which has the memory for reading, deciding and answering
 */
record MutateCall(
    @Nullable String contentType,
    Optional<SSLSession> session,
    ReviewBytes body,
    Admission admission) {}
