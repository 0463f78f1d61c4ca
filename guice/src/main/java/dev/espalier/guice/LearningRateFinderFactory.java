package dev.espalier.guice;

import dev.espalier.core.learningrate.LearningRateFinder;
import dev.espalier.data.Dataset;
import dev.espalier.model.Model;

/** Creates learning-rate finders with the settings of the injected configuration. */
@FunctionalInterface
public interface LearningRateFinderFactory {
  /**
   * Returns a finder with the configured optimizer, loss, batch size and augmentations, and with
   * the augmentations that the application binds. Its {@link
   * LearningRateFinder#run(dev.espalier.engine.Engine)} takes the injected engine.
   *
   * @param model to train, with its trainable layers; it is not changed
   */
  LearningRateFinder create(Model model, Dataset training);
}
