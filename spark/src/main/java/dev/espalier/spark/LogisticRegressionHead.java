package dev.espalier.spark;

import dev.espalier.activation.Activation;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Flatten;
import dev.espalier.model.Graft;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrix;

/**
 * Puts a logistic regression, which Spark ML trained on the features of a frozen base, on that base
 * as its classifier: a model like any other, which needs no Spark. {@link CollectedFeatures} is for
 * heads that Espalier trains.
 */
public final class LogisticRegressionHead {
  private LogisticRegressionHead() {}

  /**
   * Returns the base up to a layer, frozen, with the regression as a dense layer with softmax
   * behind it, {@code pred}. The probabilities of the regression and those of the model are equal,
   * up to the precision of float32.
   *
   * @param base the model that computed the features
   * @param layer the {@code featuresLayer} of {@link EspalierClassifier}
   * @param regression trained on the features, of two classes or more
   * @param classNames by label, such as those of a {@code StringIndexerModel}; empty if unknown
   * @throws EspalierException {@link ErrorCode#UNKNOWN_LAYER}; {@link ErrorCode#SHAPE_MISMATCH} if
   *     the regression was trained on another number of features; {@link
   *     ErrorCode#INVALID_ARGUMENT} if the number of names is not that of the classes
   */
  public static Model graft(
      Model base, String layer, LogisticRegressionModel regression, List<String> classNames) {
    int classes = regression.numClasses();
    if (!classNames.isEmpty() && classNames.size() != classes) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The regression tells "
              + classes
              + " classes apart, but has "
              + classNames.size()
              + " names.",
          "Give one name for each label, in their order.");
    }
    Model trunk = base.cutAt(layer);
    Shape features = trunk.output().shape();
    if (features.withoutBatch().arrayLength() != regression.numFeatures()) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The layer \""
              + layer
              + "\" gives "
              + features.withoutBatch()
              + " for an image, but the regression was trained on "
              + regression.numFeatures()
              + " features.",
          "Name the layer that computed the features, and the model that it belongs to.");
    }
    Graft graft = Graft.onto(trunk).frozen();
    if (features.rank() > 2) {
      graft = graft.layer(Flatten.create());
    }
    Model model = graft.dense(classes, Activation.SOFTMAX).build();
    String dense = model.layers().get(model.layers().size() - 1).name();
    return model.withMatchingWeights(weights(regression, dense)).withClassNames(classNames);
  }

  /**
   * A regression of two classes may have the coefficients of the second one alone: those of the
   * first are zero then, because softmax(0, z) = (1 - sigmoid(z), sigmoid(z)).
   */
  private static Weights weights(LogisticRegressionModel regression, String layer) {
    int classes = regression.numClasses();
    int features = regression.numFeatures();
    Matrix coefficients = regression.coefficientMatrix();
    int absent = classes - coefficients.numRows();
    float[] kernel = new float[Math.multiplyExact(features, classes)];
    float[] bias = new float[classes];
    for (int label = absent; label < classes; label++) {
      bias[label] = (float) regression.interceptVector().apply(label - absent);
      for (int feature = 0; feature < features; feature++) {
        kernel[feature * classes + label] = (float) coefficients.apply(label - absent, feature);
      }
    }
    return Weights.of(
        Map.of(
            layer + "/kernel", HostArray.wrap(Shape.of(features, classes), kernel),
            layer + "/bias", HostArray.wrap(Shape.of(classes), bias)));
  }
}
