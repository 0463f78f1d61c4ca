package dev.espalier.engine;

/**
 * Offers an engine. Called by the plugin registry and the trainer on any thread; an implementation
 * keeps no state and loads nothing until {@link #open}.
 */
public interface EngineProvider {
  /** Returns the name that users write, lower case, such as {@code tensorflow}. */
  String name();

  /**
   * Returns whether the engine can be opened here, and if not, what is missing and what to add.
   * Never throws, loads no native library, touches no network.
   */
  Availability probe();

  /**
   * Loads the engine.
   *
   * @throws dev.espalier.error.EspalierException {@code ENGINE_UNAVAILABLE} with the sentence of
   *     {@link #probe()} if it cannot be loaded; {@code INVALID_OPTION} for an option it does not
   *     know
   */
  Engine open(EngineOptions options);
}
