package dev.espalier.guiceapp;

import dev.espalier.core.Predictions;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Split;
import dev.espalier.guice.DatasetFactory;
import dev.espalier.guice.ModelFactory;
import dev.espalier.guice.TrainerFactory;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Trains as configured, then classifies images. It knows no engine, no model and no data set by
 * name. Thread-safe: a trainer is for one thread at a time.
 */
@Singleton
final class ClassifierService implements AutoCloseable {
  private static final int GUESSES = 3;

  private final Trainer trainer;
  private final Dataset data;
  private final FitOptions options;

  @Inject
  ClassifierService(
      ModelFactory models, DatasetFactory datasets, TrainerFactory trainers, FitOptions options) {
    this.data = datasets.open(Split.TRAIN);
    this.options = options;
    this.trainer = trainers.create(models.create(data.classNames().size()));
  }

  synchronized History train() {
    return trainer.fit(data, options);
  }

  synchronized List<Predictions.ClassScore> classify(Image picture) {
    return trainer.predict(List.of(picture)).withClassNames(data.classNames()).topK(0, GUESSES);
  }

  @Override
  public synchronized void close() {
    trainer.close();
  }
}
