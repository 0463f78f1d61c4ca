package dev.espalier.server;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.classifier.Classifier;
import dev.espalier.core.classifier.ClassifierOptions;
import dev.espalier.engine.Engine;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.nio.file.Path;
import java.util.function.Function;

/** A model file that can be read again while requests are answered. Thread-safe. */
final class ServedModel implements AutoCloseable {
  private final String name;
  private final Path file;
  private final ClassifierOptions options;
  private final PluginRegistry registry;
  private final Engine engine;
  private volatile Classifier current;

  ServedModel(
      String name, Path file, ClassifierOptions options, PluginRegistry registry, Engine engine) {
    this.name = name;
    this.file = file;
    this.options = options;
    this.registry = registry;
    this.engine = engine;
    this.current = load();
  }

  private Classifier load() {
    Classifier classifier =
        Classifier.of(ModelFile.read(file, registry).model(), options, registry, engine);
    try {
      classifier.warmUp();
    } catch (RuntimeException e) {
      classifier.close();
      throw e;
    }
    return classifier;
  }

  String name() {
    return name;
  }

  Classifier classifier() {
    return current;
  }

  /** Asks the model; if it was replaced before it could answer, asks the new one. */
  <T> T ask(Function<Classifier, T> question) {
    while (true) {
      Classifier asked = current;
      try {
        return question.apply(asked);
      } catch (EspalierException e) {
        if (e.code() != ErrorCode.CLOSED || asked == current) {
          throw e;
        }
      }
    }
  }

  /**
   * Reads the file again. Requests are answered by the old model until the new one is ready, and
   * those that the old one has accepted are still answered by it.
   *
   * @throws EspalierException if the file cannot be read; then the old model stays
   */
  synchronized void reload() {
    Classifier old = current;
    current = load();
    old.close();
  }

  /** From now on, answers at once instead of waiting for other requests to fill a batch. */
  void stopGathering() {
    current.stopGathering();
  }

  @Override
  public void close() {
    current.close();
  }
}
