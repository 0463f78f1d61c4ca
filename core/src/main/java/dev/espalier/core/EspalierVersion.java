package dev.espalier.core;

/** The version of the running Espalier. */
public final class EspalierVersion {
  private EspalierVersion() {}

  /** Returns the version from the jar, or {@code development} when running from classes. */
  public static String current() {
    String version = EspalierVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
