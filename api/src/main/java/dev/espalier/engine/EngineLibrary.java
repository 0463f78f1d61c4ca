package dev.espalier.engine;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The native library that an engine would load. Immutable.
 *
 * @param coordinates Maven coordinates, {@code group:artifact:version:classifier}, or null for a
 *     library that does not come from an artifact
 * @param location jar or folder that contains it, or the address it would be downloaded from
 * @param gpu whether it supports GPUs, as far as can be determined without loading it
 */
public record EngineLibrary(@Nullable String coordinates, String location, boolean gpu) {
  /** Returns a library in a jar. */
  public static EngineLibrary ofArtifact(String coordinates, Path jar, boolean gpu) {
    return new EngineLibrary(coordinates, jar.toString(), gpu);
  }

  /** Returns a library that lies in a folder. */
  public static EngineLibrary ofFolder(Path folder, boolean gpu) {
    return new EngineLibrary(null, folder.toString(), gpu);
  }

  /** Returns the coordinates, or the location of a library that has none. */
  @Override
  public String toString() {
    return coordinates == null ? location : coordinates;
  }
}
