package dev.espalier.data;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Kind of the targets of a data set: what a model should predict for each sample. Losses and
 * metrics {@linkplain dev.espalier.loss.Loss#accepts accept} some kinds and reject others.
 * Immutable.
 */
public sealed interface Target {
  /** Returns whether a sample may have several classes, or none. */
  default boolean multiLabel() {
    return false;
  }

  /** Returns whether the target is derived from {@link Sample#labels()}. */
  default boolean isOfLabels() {
    return false;
  }

  /** Returns the targets of samples that have exactly one class each: {@link Sample#labels()}. */
  static Target classIndex() {
    return new ClassIndex();
  }

  /** Returns the targets of samples that have any number of classes: {@link Sample#labels()}. */
  static Target multiHot() {
    return new MultiHot();
  }

  /** Returns the targets of samples that have a probability for each class. */
  static Target softLabel() {
    return new SoftLabel();
  }

  /**
   * Returns targets that are float32 values, for example for regression.
   *
   * @param sizes shape of the target of one sample, such as 4 for a box; none for a scalar
   */
  static Target numbers(int... sizes) {
    return new Numbers(TensorType.float32(sizes));
  }

  /**
   * Returns targets that are one class index per sample, of other classes than the data set's own.
   */
  static Target otherClassIndex() {
    return new Numbers(new TensorType(DataType.INT32, Shape.scalar()));
  }

  /**
   * Returns targets for a model with several outputs.
   *
   * @param byOutput by the name of the output, in the order to show them
   */
  static Target several(Map<String, ? extends Target> byOutput) {
    return new Several(new LinkedHashMap<>(byOutput));
  }

  /** Each sample has exactly one class. Fed as int32 {@code [batch]}. */
  record ClassIndex() implements Target {
    @Override
    public boolean isOfLabels() {
      return true;
    }

    @Override
    public String toString() {
      return "one class";
    }
  }

  /** Each sample has any number of classes. Fed as float32 {@code [batch, classes]}, 0 or 1. */
  record MultiHot() implements Target {
    @Override
    public boolean isOfLabels() {
      return true;
    }

    @Override
    public boolean multiLabel() {
      return true;
    }

    @Override
    public String toString() {
      return "any number of classes";
    }
  }

  /**
   * Each sample has a probability for each class, float32 {@code [classes]}, adding up to 1. They
   * are {@link Sample#value} of {@link Sample#TARGET}, or of the output's name.
   */
  record SoftLabel() implements Target {
    @Override
    public String toString() {
      return "a probability for each class";
    }
  }

  /**
   * Each sample has an array of a fixed shape. They are {@link Sample#value} of {@link
   * Sample#TARGET}, or of the output's name.
   *
   * @param type of one sample, without the batch; float32, or int32 for class indices
   */
  record Numbers(TensorType type) implements Target {
    /** Checks the type. */
    public Numbers {
      boolean indices = type.dataType() == DataType.INT32 && type.shape().rank() == 0;
      if (!type.shape().isStatic() || (type.dataType() != DataType.FLOAT32 && !indices)) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "Targets cannot be " + type + ".",
            "Give float32 values of a known shape, or an int32 class index.");
      }
    }

    @Override
    public String toString() {
      return type.dataType() == DataType.INT32 ? "a class index" : "numbers " + type.shape();
    }
  }

  /**
   * A target for each output of a model. Class targets come from {@link Sample#labels()}, others
   * are the {@link Sample#value} with the name of the output.
   *
   * @param byOutput target of each output by its name, at least one
   */
  record Several(Map<String, Target> byOutput) implements Target {
    /** Copies the map and checks that there is one at least, and that none is several itself. */
    public Several {
      byOutput = Collections.unmodifiableMap(new LinkedHashMap<>(byOutput));
      if (byOutput.isEmpty() || byOutput.values().stream().anyMatch(Several.class::isInstance)) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "Several targets cannot be " + byOutput + ".",
            "Give one target for each output of the model.");
      }
    }

    @Override
    public boolean multiLabel() {
      return byOutput.values().stream().anyMatch(Target::multiLabel);
    }

    @Override
    public String toString() {
      return byOutput.toString();
    }
  }
}
