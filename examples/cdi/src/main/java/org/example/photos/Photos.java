package org.example.photos;

import dev.espalier.core.classifier.Classifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;

/** Says what is on a photo. */
@ApplicationScoped
public class Photos {
  @Inject Classifier classifier;

  public String name(Path photo) {
    return classifier.classify(photo).className();
  }
}
