package dev.espalier.core.configuration;

import dev.espalier.training.ClassWeights;
import dev.espalier.training.FitOptions;
import dev.espalier.training.Verbosity;

/** Makes the options of a training of the settings. */
final class FitSettings {
  private FitSettings() {}

  static FitOptions of(Configuration configuration) {
    Integer epochs = configuration.find(RunSettings.EPOCHS);
    ClassWeights weights = configuration.get(RunSettings.CLASS_WEIGHTS).weights();
    return FitOptions.of(
        fit -> {
          if (weights != null) {
            fit.classWeights(weights);
          }
          fit.epochs(epochs == null ? 1 : epochs)
              .batchSize(configuration.get(RunSettings.BATCH_SIZE))
              .shuffle(configuration.get(RunSettings.SHUFFLE))
              .dropRemainder(configuration.get(RunSettings.DROP_REMAINDER))
              .validationFrequency(configuration.get(RunSettings.VALIDATION_FREQUENCY))
              .cacheFeatures(configuration.get(RunSettings.CACHE_FEATURES))
              .cachedViews(configuration.get(RunSettings.CACHED_VIEWS))
              .workers(configuration.get(RunSettings.WORKERS))
              .prefetch(configuration.get(RunSettings.PREFETCH))
              .augmentations(configuration.get(RunSettings.AUGMENTATIONS))
              .batchAugmentations(configuration.get(RunSettings.BATCH_AUGMENTATIONS))
              .callbacks(configuration.get(RunSettings.CALLBACKS))
              .verbosity(configuration.get(RunSettings.QUIET) ? Verbosity.SILENT : Verbosity.AUTO);
        });
  }
}
