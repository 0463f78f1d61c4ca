package dev.espalier.engine.djl;

import ai.djl.util.cuda.CudaUtils;
import dev.espalier.engine.Availability;
import dev.espalier.engine.EngineLibrary;
import dev.espalier.engine.library.BundledLibrary;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The native library that DJL's Java code for an engine requires, as an artifact on the class path.
 * Immutable.
 *
 * @param name display name, such as {@code PyTorch}
 * @param version the only compatible version
 * @param artifact group and artifact up to the flavor, such as {@code
 *     ai.djl.pytorch:pytorch-native-}
 * @param flavor the default one, such as {@code cpu}
 * @param resource path of the artifact's description in its jar
 * @param platforms for which it is published
 * @param site from which DJL downloads it, if allowed
 */
public record RequiredLibrary(
    String name,
    String version,
    String artifact,
    String flavor,
    String resource,
    List<String> platforms,
    String site) {
  /** Copies the list. */
  public RequiredLibrary {
    platforms = List.copyOf(platforms);
  }

  /**
   * Returns whether the artifact for a platform is on the class path, and which one to add if not.
   *
   * @param platform DJL's name for it, such as {@code linux-x86_64}
   * @param allowDownload whether DJL may download what is missing
   */
  public Availability probe(ClassLoader loader, String platform, boolean allowDownload) {
    List<BundledLibrary> found;
    try {
      found = BundledLibrary.find(loader, resource);
    } catch (IOException e) {
      return Availability.unusable(
          name + "'s native library cannot be read: " + e.getMessage() + ".", whatToAdd(platform));
    }
    for (BundledLibrary library : found) {
      if (library.platform().equals(platform)) {
        return fit(library, platform);
      }
    }
    if (allowDownload) {
      return usable(new EngineLibrary(null, site, false), "a download from " + site);
    }
    String others =
        found.stream().map(BundledLibrary::platform).sorted().collect(Collectors.joining(", "));
    return Availability.unusable(
        name
            + "'s native library is "
            + (others.isEmpty()
                ? "not on the class path."
                : "on the class path for " + others + ", not for " + platform + "."),
        whatToAdd(platform));
  }

  /**
   * Returns the artifact to load, null if none is compatible. If there are several and the machine
   * has a GPU, one built for GPUs wins.
   *
   * @throws IOException if a jar is damaged
   */
  public @Nullable BundledLibrary find(ClassLoader loader, String platform) throws IOException {
    List<BundledLibrary> fitting =
        BundledLibrary.find(loader, resource).stream()
            .filter(one -> one.platform().equals(platform) && one.version().equals(version))
            .toList();
    if (fitting.size() < 2) {
      return fitting.isEmpty() ? null : fitting.get(0);
    }
    boolean card = CudaUtils.hasCuda();
    return fitting.stream()
        .filter(one -> one.flavor().startsWith("cu") == card)
        .findFirst()
        .orElse(fitting.get(0));
  }

  private Availability fit(BundledLibrary library, String platform) {
    String found = library.flavor().isEmpty() ? flavor : library.flavor();
    String coordinates = artifact + found + ":" + library.version() + ":" + platform;
    EngineLibrary described = new EngineLibrary(coordinates, library.jar(), found.startsWith("cu"));
    return library.version().equals(version)
        ? usable(described, coordinates)
        : Availability.unusable(
                coordinates
                    + " does not fit DJL's Java side of "
                    + name
                    + ", which is made for "
                    + version
                    + ".",
                whatToAdd(platform))
            .withLibrary(library.version(), described);
  }

  /**
   * Returns the availability of a usable library.
   *
   * @param source an artifact or a folder
   */
  public Availability usable(EngineLibrary library, String source) {
    return Availability.usable(name + " " + version + " from " + source + ".", version, library);
  }

  /** Returns the error for an artifact whose jar is damaged. */
  public EspalierException unreadable(IOException cause) {
    return new EspalierException(
        ErrorCode.ENGINE_UNAVAILABLE,
        name + "'s native library cannot be read: " + cause.getMessage() + ".",
        "Download the artifact " + artifact + flavor + ":" + version + " again.",
        cause);
  }

  private String whatToAdd(String platform) {
    return platforms.contains(platform)
        ? "Add " + artifact + flavor + ":" + version + ":" + platform + "."
        : "It is published for "
            + String.join(", ", new TreeSet<>(platforms))
            + ", not for "
            + platform
            + ": use another engine.";
  }
}
