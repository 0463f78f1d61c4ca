package dev.espalier.core.internal.classifier;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;

/** Where a model still knows which part of an image it looks at. */
public final class FeatureMaps {
  private FeatureMaps() {}

  /**
   * Returns the name of the last layer whose output has more than one position.
   *
   * @throws EspalierException {@code INVALID_MODEL} if there is none
   */
  public static String last(Model model) {
    String last = null;
    for (LayerOutput node : model.nodes()) {
      for (LayerOutput output : node.outputs()) {
        boolean maps =
            output.shape().rank() == 4 && output.shape().size(1) * output.shape().size(2) > 1;
        last = maps && !model.inputs().contains(node) ? output.outputName() : last;
      }
    }
    if (last == null) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "No layer of the model \"" + model.name() + "\" itself has feature maps.",
          "An explanation needs the layers before the global pooling; layers inside a nested model"
              + " are not visible.");
    }
    return last;
  }
}
