package dev.espalier.loss;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;

/** Brings targets into the form that a loss or metric computes with. */
public final class Targets {
  private Targets() {}

  /** Returns whether the target is one class index for each sample. */
  public static boolean areIndices(Tensor target) {
    return target.dataType() == DataType.INT32 && target.shape().rank() == 1;
  }

  /** Returns class indices or class probabilities as {@code [batch, classes]}. */
  public static Tensor probabilities(Ops ops, String name, Tensor target, Tensor prediction) {
    if (areIndices(target)) {
      return ops.oneHot(target, classes(name, target, prediction));
    }
    int classes = classes(name, target, prediction);
    Shape shape = target.shape();
    if (target.dataType() != DataType.FLOAT32 || shape.rank() != 2 || shape.size(1) != classes) {
      throw mismatch(
          name,
          target,
          prediction,
          "For "
              + classes
              + " classes targets are int32 (batch,) or float32 (batch, "
              + classes
              + "): does the number of outputs equal the number of classes?");
    }
    return target;
  }

  /** Returns class indices; nothing else will do. */
  public static Tensor indices(String name, Tensor target, Tensor prediction) {
    if (!areIndices(target)) {
      throw mismatch(name, target, prediction, "Targets are class indices, int32 (batch,).");
    }
    classes(name, target, prediction);
    return target;
  }

  private static int classes(String name, Tensor target, Tensor prediction) {
    Shape shape = prediction.shape();
    if (shape.rank() != 2 || prediction.dataType() != DataType.FLOAT32) {
      throw mismatch(
          name,
          target,
          prediction,
          "Predictions must be float32 (batch, classes): change the end of the model.");
    }
    return shape.size(1);
  }

  /** Returns numbers of the prediction's shape; one number for each sample may lack the axis. */
  public static Tensor numbers(Ops ops, String name, Tensor target, Tensor prediction) {
    Shape wanted = prediction.shape();
    Tensor numbers = ops.cast(target, DataType.FLOAT32);
    if (wanted.rank() == 2 && wanted.size(1) == 1 && target.shape().rank() == 1) {
      return ops.reshape(numbers, Shape.of(target.shape().size(0), 1));
    }
    boolean fits =
        wanted.rank() > 0
            && target.shape().rank() == wanted.rank()
            && target.shape().withoutBatch().equals(wanted.withoutBatch());
    if (!fits) {
      throw mismatch(
          name, target, prediction, "Targets have the shape of the predictions, " + wanted + ".");
    }
    return numbers;
  }

  /**
   * Returns numbers of the prediction's shape, as {@link #numbers} does, after class indices were
   * converted to one-hot vectors if there are several outputs.
   */
  public static Tensor values(Ops ops, String name, Tensor target, Tensor prediction) {
    boolean several = prediction.shape().rank() > 0 && prediction.shape().size(-1) > 1;
    return areIndices(target) && several
        ? probabilities(ops, name, target, prediction)
        : numbers(ops, name, target, prediction);
  }

  /** Returns the mean over all axes but the batch. */
  public static Tensor meanOfSamples(Ops ops, Tensor x) {
    int[] axes = new int[x.shape().rank() - 1];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i + 1;
    }
    return axes.length == 0 ? x : ops.mean(x, axes);
  }

  private static EspalierException mismatch(
      String name, Tensor target, Tensor prediction, String remedy) {
    return new EspalierException(
        ErrorCode.SHAPE_MISMATCH,
        name
            + " was given the targets "
            + target.type()
            + " and the predictions "
            + prediction.type()
            + ".",
        remedy);
  }
}
