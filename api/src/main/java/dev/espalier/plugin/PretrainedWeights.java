package dev.espalier.plugin;

import dev.espalier.data.CroppedResizing;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Weights;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Published weights of a model, found by name. Immutable.
 *
 * @param name what the weights were trained on or how, such as {@code imagenet}
 * @param model name of the model that they belong to, such as {@code efficientnet-b0}
 * @param includeTop whether the file includes the classifier
 * @param file where they are published
 * @param classNames names of the classes by output; empty if they are not known, or without the
 *     classifier
 * @param classes number of classes that they were trained on
 * @param imageSize height and width of the images in pixels for which the accuracy is stated
 * @param accuracy top-1 accuracy on ImageNet's validation images that the publisher states, in
 *     percent, or null if none is stated
 * @param publisher who offers them, for people
 * @param metadata what the model must know of them, such as its input normalization; becomes part
 *     of {@link dev.espalier.model.Weights#metadata()}
 * @param evaluation how the images were resized for which the accuracy is stated, or null if the
 *     publisher does not say. A model with the weights resizes images like that if {@code metadata}
 *     has it as {@link CroppedResizing#METADATA_KEY}
 */
public record PretrainedWeights(
    String name,
    String model,
    boolean includeTop,
    PublishedFile file,
    List<String> classNames,
    int classes,
    int imageSize,
    @Nullable Double accuracy,
    String publisher,
    Map<String, String> metadata,
    @Nullable CroppedResizing evaluation) {
  /** Copies the collections. */
  public PretrainedWeights {
    classNames = List.copyOf(classNames);
    metadata = Map.copyOf(metadata);
  }

  /**
   * Returns the entry of a list. If the weights are only published with the classifier, that entry
   * serves a model without it, too: its classifier is left out.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} if no such weights are published for
   *     the model, with those that are
   */
  public static PretrainedWeights find(
      List<PretrainedWeights> all, String name, String model, boolean includeTop) {
    List<PretrainedWeights> named =
        all.stream()
            .filter(entry -> entry.name().equals(name) && entry.model().equals(model))
            .toList();
    for (PretrainedWeights entry : named) {
      if (entry.includeTop() == includeTop) {
        return entry;
      }
    }
    if (!includeTop && !named.isEmpty()) {
      return named.get(0);
    }
    String others =
        all.stream()
            .filter(entry -> entry.model().equals(model))
            .map(PretrainedWeights::name)
            .distinct()
            .collect(Collectors.joining(", "));
    throw new EspalierException(
        ErrorCode.UNKNOWN_NAME,
        "No pretrained weights \"" + name + "\" are known for " + model + ".",
        others.isEmpty()
            ? "Give a weight file; espalier weights list shows the models with published weights."
            : "Known for it: " + others + ".");
  }

  /** Returns weights with {@link #metadata()} added to what is known of them. */
  public Weights describe(Weights weights) {
    Map<String, String> facts = new TreeMap<>(metadata);
    facts.putAll(weights.metadata());
    return weights.withMetadata(facts);
  }

  /** Returns a name for this entry alone, such as {@code efficientnet-b0/imagenet/notop}. */
  public String id() {
    return model + "/" + name + (includeTop ? "" : "/notop");
  }
}
