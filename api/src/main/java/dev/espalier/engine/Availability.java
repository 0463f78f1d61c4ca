package dev.espalier.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import org.jspecify.annotations.Nullable;

/**
 * Whether an engine can be opened, determined without loading it. Immutable.
 *
 * @param usable whether {@link EngineProvider#open} is expected to succeed
 * @param explanation one sentence: what would be used, or what is wrong
 * @param remedy one sentence that says what to add or set, with exact Maven coordinates; empty if
 *     the engine is usable
 * @param version version of the native library, such as {@code 2.16.1}; null if unknown
 * @param library library that would be loaded, or that was found but does not fit; null if there is
 *     none
 */
public record Availability(
    boolean usable,
    String explanation,
    String remedy,
    @Nullable String version,
    @Nullable EngineLibrary library) {

  /** Returns that the engine can be opened. */
  public static Availability usable(String explanation, String version, EngineLibrary library) {
    return new Availability(true, explanation, "", version, library);
  }

  /** Returns that the engine cannot be opened. */
  public static Availability unusable(String explanation, String remedy) {
    return new Availability(false, explanation, remedy, null, null);
  }

  /** Returns that the engine cannot be opened because of an error, such as a wrong option. */
  public static Availability unusable(EspalierException error) {
    return unusable(error.problem(), error.remedy());
  }

  /** Returns this with the library that was found, such as one that does not fit. */
  public Availability withLibrary(String libraryVersion, EngineLibrary found) {
    return new Availability(usable, explanation, remedy, libraryVersion, found);
  }

  /**
   * Does nothing if the engine can be opened.
   *
   * @throws EspalierException {@link ErrorCode#ENGINE_UNAVAILABLE} with explanation and remedy
   */
  public void requireUsable() {
    if (!usable) {
      throw new EspalierException(ErrorCode.ENGINE_UNAVAILABLE, explanation, remedy);
    }
  }
}
