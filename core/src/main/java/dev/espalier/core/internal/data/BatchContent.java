package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.model.Model;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a batch contains in addition to images, and how whole batches are augmented. Immutable.
 *
 * @param targets of the model's outputs; none for prediction
 * @param inputs of the model other than the images
 * @param classWeights weight of each class by label, or null
 */
public record BatchContent(
    List<TargetFeed> targets,
    List<InputFeed> inputs,
    BatchMixing mixing,
    @SuppressWarnings("ArrayRecordComponent") double @Nullable [] classWeights) {
  /** Copies the lists. */
  public BatchContent {
    targets = List.copyOf(targets);
    inputs = List.copyOf(inputs);
    classWeights = classWeights == null ? null : classWeights.clone();
    if (!mixing.isNone()
        && !(targets.size() == 1 && targets.get(0).target().isOfLabels() && inputs.isEmpty())) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "Batch augmentations mix images and their classes, but this training has "
              + (inputs.isEmpty() ? "other targets." : "inputs in addition to the images."),
          "Remove the batch augmentations.");
    }
  }

  /** Returns content with only the labels of a data set. */
  static BatchContent labels(SampleReader reader) {
    return new BatchContent(
        List.of(TargetFeed.ofLabels(reader.dataset().target(), reader.classes())),
        List.of(),
        BatchMixing.none(),
        null);
  }

  /** Returns the content for evaluation. */
  public static BatchContent of(Model model, List<OutputTask> tasks) {
    return new BatchContent(
        tasks.stream().map(TargetFeed::of).toList(), InputFeed.of(model), BatchMixing.none(), null);
  }

  /**
   * Returns this content with what training adds.
   *
   * @param weights weight of each class by label, or null
   */
  public BatchContent training(BatchMixing mixed, double @Nullable [] weights) {
    return new BatchContent(targets, inputs, mixed, weights);
  }

  /**
   * Checks the values of a sample.
   *
   * @param name of the sample
   */
  void check(Map<String, HostArray> values, String name) {
    targets.forEach(target -> target.check(values, name));
    inputs.forEach(input -> input.check(values, name));
  }
}
