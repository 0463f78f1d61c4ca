package dev.espalier.core.distributed;

import dev.espalier.core.PluginRegistry;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;

/** The plan of a {@link DistributedTrainer}: lambdas that are called on each worker. */
record LambdaPlan(
    WorkerSettings<TrainingConfig.Builder> config,
    TrainingData data,
    WorkerSettings<FitOptions.Builder> fit)
    implements WorkerPlan {
  @Override
  public Made make(PluginRegistry registry) {
    WorkerDataset validation = data.validation();
    FitOptions options =
        FitOptions.of(fit).toBuilder()
            .validation(validation == null ? null : validation.open())
            .build();
    return new Made(TrainingConfig.of(config), data.training().open(), options);
  }
}
