package org.example.photos;

import dev.espalier.core.classifier.Classifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/** Opens one classifier for the whole application, which is thread-safe, and closes it at its end. */
@ApplicationScoped
public class ClassifierProducer {
  /** Returns the classifier; a class without a proxy must be a singleton. */
  @Produces
  @Singleton
  Classifier classifier() {
    Path model = Path.of(System.getProperty("photos.model", "model.safetensors"));
    return Classifier.load(model, options -> options.queueLimit(64));
  }

  void close(@Disposes Classifier classifier) {
    classifier.close();
  }
}
