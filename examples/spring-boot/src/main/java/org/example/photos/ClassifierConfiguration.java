package org.example.photos;

import dev.espalier.core.classifier.Classifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One classifier for the whole application: it is thread-safe, and Spring closes it at the end. */
@Configuration
class ClassifierConfiguration {
  @Bean
  Classifier classifier(PhotosProperties photos) {
    Classifier classifier =
        Classifier.load(
            photos.model(),
            options -> options.queueLimit(photos.waitingImages()).timeout(photos.timeout()));
    classifier.warmUp();
    return classifier;
  }
}
