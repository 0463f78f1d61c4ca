package dev.espalier.core.internal.training;

import dev.espalier.callback.BatchObservation;
import dev.espalier.core.internal.data.FeatureDataset;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.training.FitOptions;
import java.util.Optional;

/** Rejects features that do not belong to a model, or that it cannot be trained on. */
final class FeatureChecks {
  private final Model model;
  private final FeatureDataset features;

  FeatureChecks(Model model, FeatureDataset features) {
    this.model = model;
    this.features = features;
  }

  /** Checks that only the layers after the features are trained, and that no image is needed. */
  void requireTrainable(FitOptions options, BatchObservation observed) {
    ProgramBuilder.find(model, features.layer());
    Optional<Variable> before =
        model.cutAt(features.layer()).variables().stream().filter(Variable::trainable).findFirst();
    if (before.isPresent()) {
      throw refused(
          "The features of \""
              + features.layer()
              + "\" were computed with "
              + before.get().name()
              + ", which is trainable.",
          "Freeze the layers up to that one, such as with Graft.onto(base).frozen().");
    }
    if (!options.augmentations().isEmpty() || !options.batchAugmentations().isEmpty()) {
      throw refused(
          "Augmentations change images, but the training has only features.",
          "Remove the augmentations, or train on images.");
    }
    if (observed.inputs()) {
      throw refused(
          "A callback observes the images of each batch, but the training has only features.",
          "Remove the callback, or train on images.");
    }
  }

  private static EspalierException refused(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_TRAINING_SETTING, problem, remedy);
  }

  /**
   * Checks that the features are the output of a layer of the model, and that it has their classes.
   *
   * @param labelCount number of classes of the model; 0 to accept labels unchecked
   * @return the shape of the output for one sample
   */
  Shape requireFitting(int labelCount) {
    Shape shape = ProgramBuilder.find(model, features.layer()).shape().withoutBatch();
    int width = features.width();
    if (!shape.isStatic() || shape.elementCount() != width) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The layer \""
              + features.layer()
              + "\" gives "
              + shape
              + " for an image, but the samples have "
              + width
              + " features.",
          "Name the layer that computed the features, and the model that it belongs to.");
    }
    for (int i = 0; i < features.size() && labelCount > 0; i++) {
      if (features.label(i) >= labelCount) {
        throw new EspalierException(
            ErrorCode.LABEL_OUT_OF_RANGE,
            "Sample "
                + i
                + " of \""
                + features.name()
                + "\" has the label "
                + features.label(i)
                + ", but the model has "
                + labelCount
                + " classes.",
            "Labels go from 0 to "
                + (labelCount - 1)
                + ". Build the head for as many classes as the data has.");
      }
    }
    return shape;
  }
}
