package io.webidentity.observability;

/** Counts nothing, shows nothing. */
final class UncountedMetrics implements ReferenceMetrics {
  @Override
  public void identified(Method method) {
    // Switched off.
  }

  @Override
  public void accountMissing() {
    // Switched off.
  }

  @Override
  public void answered(int status, long nanos) {
    // Switched off.
  }

  @Override
  public void refused(int status) {
    // Switched off.
  }

  @Override
  public String exposition() {
    return "";
  }
}
