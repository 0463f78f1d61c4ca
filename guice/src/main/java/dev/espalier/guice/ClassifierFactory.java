package dev.espalier.guice;

import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.ClassifierOptions;
import dev.espalier.model.Model;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Creates classifiers on the injected engine. The caller must close them before the engine. */
public interface ClassifierFactory {
  /**
   * Returns a thread-safe classifier for a model.
   *
   * @throws dev.espalier.error.EspalierException as {@link Classifier#of(Model, ClassifierOptions)}
   */
  default Classifier create(Model model) {
    return create(model, options -> {});
  }

  /**
   * Returns a thread-safe classifier for a model, with settings such as {@code options ->
   * options.queueLimit(100)}; of the engine's settings, only the device is used.
   */
  Classifier create(Model model, Consumer<? super ClassifierOptions.Builder> settings);

  /**
   * Returns a thread-safe classifier for the model in a file.
   *
   * @throws dev.espalier.error.EspalierException as {@link Classifier#load(Path)}
   */
  default Classifier load(Path file) {
    return load(file, options -> {});
  }

  /** Returns a thread-safe classifier for the model in a file, with settings. */
  Classifier load(Path file, Consumer<? super ClassifierOptions.Builder> settings);
}
