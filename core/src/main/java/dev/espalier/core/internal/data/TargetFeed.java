package dev.espalier.core.internal.data;

import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.data.Sample;
import dev.espalier.data.SoftLabels;
import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import java.util.List;
import java.util.Map;

/**
 * The targets fed for one output of a model. Immutable.
 *
 * @param feed the name under which they are fed
 * @param value the name of the sample value to use, if the target is not the labels
 * @param outputs size of the model output's last axis; 1 for a single output that separates two
 *     classes
 */
public record TargetFeed(String feed, String value, Target target, int outputs) {
  /** Returns the targets of an output. */
  public static TargetFeed of(OutputTask task) {
    return new TargetFeed(task.feed(), task.value(), task.target(), task.output().shape().size(-1));
  }

  /** Returns the labels of a data set as targets, for a number of classes. */
  static TargetFeed ofLabels(Target target, int classes) {
    return new TargetFeed(Feeds.LABEL, Sample.TARGET, target, classes);
  }

  /**
   * Checks the sample value that is the target, unless that is the labels.
   *
   * @param name of the sample
   */
  void check(Map<String, HostArray> values, String name) {
    if (target.isOfLabels()) {
      return;
    }
    HostArray given = values.get(value);
    if (given == null) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          name + " has no value \"" + value + "\", which is the target of the training.",
          "Give it one with Sample.withValue.");
    }
    if (target instanceof Target.Numbers numbers) {
      if (!given.type().equals(numbers.type())) {
        throw wrongType(name, given, numbers.type().toString());
      }
      if (given.dataType() == DataType.INT32) {
        checkIndex((int) given.at(0), name);
      }
    } else if (given.dataType() != DataType.FLOAT32 || !given.shape().equals(Shape.of(outputs))) {
      throw wrongType(name, given, "float32(" + outputs + ",)");
    }
  }

  private void checkIndex(int index, String name) {
    int classes = outputs == 1 ? 2 : outputs;
    if (index < 0 || index >= classes) {
      throw new EspalierException(
          ErrorCode.LABEL_OUT_OF_RANGE,
          name
              + " has the class index "
              + index
              + " as \""
              + value
              + "\", but the output has "
              + classes
              + " classes.",
          "Indices go from 0 to " + (classes - 1) + ".");
    }
  }

  private EspalierException wrongType(String name, HostArray given, String wanted) {
    return new EspalierException(
        ErrorCode.SHAPE_MISMATCH,
        name + " has " + given.type() + " as \"" + value + "\".",
        "The target takes " + wanted + " for each sample.");
  }

  /** Returns the array to feed for samples that are not mixed. */
  HostArray of(List<SampleFacts> samples) {
    if (target instanceof Target.ClassIndex) {
      return HostArray.wrapInts(
          Shape.of(samples.size()),
          samples.stream().mapToInt(sample -> sample.labels().get(0)).toArray());
    }
    if (target instanceof Target.MultiHot) {
      SoftLabels rows =
          SoftLabels.multiHot(samples.stream().map(SampleFacts::labels).toList(), outputs);
      return HostArray.wrap(Shape.of(samples.size(), outputs), rows.toArray());
    }
    return SampleFacts.stacked(samples, value);
  }

  /** Returns the array to feed for class probabilities. */
  HostArray of(SoftLabels shares) {
    if (outputs != 1) {
      return HostArray.wrap(Shape.of(shares.size(), outputs), shares.toArray());
    }
    float[] second = new float[shares.size()];
    for (int i = 0; i < second.length; i++) {
      second[i] = shares.share(i, 1);
    }
    return HostArray.wrap(Shape.of(second.length, 1), second);
  }
}
