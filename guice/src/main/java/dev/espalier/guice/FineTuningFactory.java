package dev.espalier.guice;

import dev.espalier.core.finetuning.FineTuning;
import dev.espalier.data.Dataset;
import dev.espalier.model.Model;

/** Creates fine-tunings with the settings of the injected configuration. */
@FunctionalInterface
public interface FineTuningFactory {
  /**
   * Returns a fine-tuning with the configured recipe, epochs, optimizers, callbacks and
   * augmentations, and with the callbacks and augmentations that the application binds. Its {@link
   * FineTuning#run(dev.espalier.engine.Engine)} takes the injected engine.
   *
   * @param model a pretrained model, with or without its classifier, which is replaced
   * @throws dev.espalier.error.EspalierException as {@link FineTuning#of(Model, Dataset)}
   */
  FineTuning create(Model model, Dataset training);
}
