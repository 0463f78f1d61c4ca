package dev.espalier.cli.run;

import dev.espalier.data.CroppedResizing;
import dev.espalier.graph.Shape;
import dev.espalier.plugin.PretrainedWeights;
import java.util.Optional;

/** Says how images were prepared for the accuracy that the publisher of weights states. */
public final class PublishedAccuracy {
  private PublishedAccuracy() {}

  /** Returns a sentence for published weights whose publisher says it. */
  public static Optional<String> of(ModelSource.Loaded loaded) {
    PretrainedWeights weights = loaded.published();
    CroppedResizing stated = weights == null ? null : weights.evaluation();
    if (weights == null || stated == null || weights.accuracy() == null) {
      return Optional.empty();
    }
    Shape input = loaded.model().input().shape();
    int size = weights.imageSize();
    String images = stated.describe(size, size);
    CroppedResizing rule = loaded.model().inferenceSettings().resizing();
    String here =
        rule == null
            ? "whole image stretched to " + input.size(1) + "x" + input.size(2) + ", bilinear"
            : rule.describe(input.size(1), input.size(2));
    String start =
        weights.publisher()
            + " states "
            + weights.accuracy()
            + " % top-1 on ImageNet for images prepared like this: "
            + images;
    if (here.equals(images)) {
      return Optional.of(start + ", as they are here.");
    }
    String remedy = stated.equals(rule) ? "" : " (--resize \"" + stated + "\" changes it)";
    return Optional.of(start + ". Here: " + here + remedy + ".");
  }
}
