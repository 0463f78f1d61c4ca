package dev.espalier.engine;

import dev.espalier.option.OptionDescription;
import java.util.List;

/**
 * Offers an engine. Called by the plugin registry and the trainer on any thread; an implementation
 * keeps no state and loads nothing until {@link #open}.
 */
public interface EngineProvider {
  /** Returns the name that users write, lower case, such as {@code tensorflow}. */
  String name();

  /**
   * Returns whether the engine can be opened here with these options, and if not, what is missing
   * and what to add. Called when an engine is chosen and by {@code espalier doctor}. Never throws,
   * loads no native library, touches no network.
   */
  Availability probe(EngineOptions options);

  /** Returns whether the engine can be opened here with the default options. */
  default Availability probe() {
    return probe(EngineOptions.defaults());
  }

  /**
   * Loads the engine.
   *
   * @throws dev.espalier.error.EspalierException {@code ENGINE_UNAVAILABLE} with the sentences of
   *     {@link #probe} if it cannot be loaded; {@code INVALID_OPTION} for an option it does not
   *     know
   */
  Engine open(EngineOptions options);

  /**
   * Returns the options that only this engine knows, read by {@link EngineOptions#values}. Those
   * that several engines have in common are constants of {@link EngineOptions}.
   */
  default List<OptionDescription<?>> options() {
    return List.of();
  }

  /**
   * Returns what the engine is made for, the most suitable purpose first. Where the choice is left
   * to Espalier, an engine that names {@link EnginePurpose#INFERENCE} first is preferred to predict
   * and to evaluate, and one that does not name {@link EnginePurpose#TRAINING} is not chosen to
   * train.
   */
  default List<EnginePurpose> purposes() {
    return List.of(EnginePurpose.TRAINING, EnginePurpose.INFERENCE);
  }

  /**
   * Returns what a machine needs so that this engine computes on a GPU, one sentence with driver,
   * exact Maven coordinates and settings; empty if it never does.
   */
  default String gpuRequirement() {
    return "";
  }
}
