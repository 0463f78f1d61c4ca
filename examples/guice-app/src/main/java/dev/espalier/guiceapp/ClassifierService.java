package dev.espalier.guiceapp;

import dev.espalier.core.Predictions;
import dev.espalier.core.Trainer;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.data.Dataset;
import dev.espalier.data.Image;
import dev.espalier.data.Split;
import dev.espalier.guice.ClassifierFactory;
import dev.espalier.guice.DatasetFactory;
import dev.espalier.guice.ModelFactory;
import dev.espalier.guice.TrainerFactory;
import dev.espalier.model.Model;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trains as configured, then classifies images for any number of threads. It does not know an
 * engine, a model or a data set by name.
 */
@Singleton
final class ClassifierService implements AutoCloseable {
  private static final int GUESSES = 3;

  private final Dataset data;
  private final Model untrained;
  private final TrainerFactory trainers;
  private final ClassifierFactory classifiers;
  private final FitOptions options;
  private @Nullable Classifier classifier;

  @Inject
  ClassifierService(
      ModelFactory models,
      DatasetFactory datasets,
      TrainerFactory trainers,
      ClassifierFactory classifiers,
      FitOptions options) {
    this.data = datasets.open(Split.TRAIN);
    this.untrained = models.create(data.classNames().size()).withClassNames(data.classNames());
    this.trainers = trainers;
    this.classifiers = classifiers;
    this.options = options;
  }

  /** Trains; called once, before requests are answered. */
  History train() {
    Model trained;
    History history;
    try (Trainer trainer = trainers.create(untrained)) {
      history = trainer.fit(data, options);
      trained = trainer.model();
    }
    classifier = classifiers.create(trained);
    return history;
  }

  List<Predictions.ClassScore> classify(Image image) {
    if (classifier == null) {
      throw new IllegalStateException("train() was not called");
    }
    return classifier.classify(image).top(GUESSES);
  }

  @Override
  public void close() {
    if (classifier != null) {
      classifier.close();
    }
  }
}
