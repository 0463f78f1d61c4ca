package dev.espalier.core;

/** The version of Espalier that is running. */
public final class EspalierVersion {
  private EspalierVersion() {}

  /** Returns the version of the jar, or {@code development} when run from classes. */
  public static String current() {
    String version = EspalierVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
