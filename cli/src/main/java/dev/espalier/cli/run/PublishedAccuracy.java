package dev.espalier.cli.run;

import dev.espalier.graph.Shape;
import dev.espalier.plugin.EvaluationImages;
import dev.espalier.plugin.PretrainedWeights;
import java.util.Optional;

/** Says how images were prepared for the accuracy that the publisher of weights states. */
public final class PublishedAccuracy {
  private PublishedAccuracy() {}

  /** Returns a sentence for published weights whose publisher says it. */
  public static Optional<String> of(ModelSource.Loaded loaded) {
    PretrainedWeights weights = loaded.published();
    EvaluationImages images = weights == null ? null : weights.evaluation();
    if (weights == null || images == null || weights.accuracy() == null) {
      return Optional.empty();
    }
    Shape input = loaded.model().input().shape();
    return Optional.of(
        weights.publisher()
            + " states "
            + weights.accuracy()
            + " % top-1 on ImageNet for images prepared like this: "
            + images
            + ". Here, whole images are resized to "
            + input.size(1)
            + "x"
            + input.size(2)
            + ", bilinear.");
  }
}
