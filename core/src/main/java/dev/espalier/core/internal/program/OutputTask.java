package dev.espalier.core.internal.program;

import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.layer.LayerOutput;
import dev.espalier.model.Model;
import dev.espalier.training.OutputObjective;
import dev.espalier.training.TrainingConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An output of a model with its objective. Immutable.
 *
 * @param key of the objective in the configuration: the output's name, or empty for a model with
 *     one output
 * @param target the kind of target in the data set
 * @param label the type of the array fed as target
 */
public record OutputTask(
    String key, LayerOutput output, OutputObjective objective, Target target, TensorType label) {

  /**
   * Returns the tasks of the outputs that have objectives.
   *
   * @param mixed whether targets are class probabilities, because samples of a batch are mixed
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} if objectives, outputs and
   *     targets do not match
   */
  public static List<OutputTask> of(
      Model model, Map<String, OutputObjective> objectives, Target target, boolean mixed) {
    Map<String, LayerOutput> outputs = outputs(model);
    List<OutputTask> tasks = new ArrayList<>();
    objectives.forEach(
        (key, objective) -> {
          LayerOutput output = key.isEmpty() ? only(model) : outputs.get(key);
          if (output == null) {
            throw NearestNames.unknown(
                ErrorCode.INVALID_TRAINING_SETTING, "output", key, outputs.keySet());
          }
          Target own = targetOf(target, key.isEmpty() ? nameOf(output) : key, outputs.size());
          tasks.add(
              new OutputTask(key, output, objective, own, labelType(own, output.shape(), mixed)));
        });
    return List.copyOf(tasks);
  }

  /**
   * Returns the outputs of a model by name, in order.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_MODEL} if two have the same name, because a
   *     layer is applied twice
   */
  public static Map<String, LayerOutput> outputs(Model model) {
    Map<String, LayerOutput> outputs = new LinkedHashMap<>();
    for (LayerOutput output : model.outputs()) {
      LayerOutput other = outputs.put(nameOf(output), output);
      if (other != null && other != output) {
        throw new EspalierException(
            ErrorCode.INVALID_MODEL,
            "Two outputs of the model \""
                + model.name()
                + "\" have the name \""
                + nameOf(output)
                + "\".",
            "End each in a layer of its own: ActivationLayer.of(Activation.LINEAR).named(...).");
      }
    }
    return outputs;
  }

  /** Returns the name of an input or output of a model. */
  static String nameOf(LayerOutput node) {
    return String.valueOf(node.outputName());
  }

  private static LayerOutput only(Model model) {
    if (model.outputs().size() > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The model \""
              + model.name()
              + "\" has the outputs "
              + String.join(", ", outputs(model).keySet())
              + ", but only one loss is set.",
          "Set one for each output: config.output(\"name\", OutputObjective.of(loss)).");
    }
    return model.output();
  }

  private static Target targetOf(Target target, String output, int outputs) {
    if (target instanceof Target.Several several) {
      Target own = several.byOutput().get(output);
      if (own == null) {
        throw NearestNames.unknown(
            ErrorCode.INVALID_TRAINING_SETTING,
            "target for the output",
            output,
            several.byOutput().keySet());
      }
      return own;
    }
    if (outputs > 1 && !(target instanceof Target.ClassIndex)) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The data set has " + target + " for each sample, and the model has several outputs.",
          "Say which output each target belongs to: Target.several.");
    }
    return target;
  }

  private static TensorType labelType(Target target, Shape output, boolean mixed) {
    if (target instanceof Target.Numbers numbers) {
      return new TensorType(numbers.type().dataType(), numbers.type().shape().batched());
    }
    if (target instanceof Target.ClassIndex && !mixed) {
      return new TensorType(DataType.INT32, Shape.of(Shape.UNKNOWN));
    }
    return new TensorType(DataType.FLOAT32, Shape.of(Shape.UNKNOWN, output.size(-1)));
  }

  /** Returns the name under which targets are fed. */
  public String feed() {
    return key.isEmpty() ? Feeds.LABEL : Feeds.LABEL + "/" + key;
  }

  /** Returns the name of the sample value that is the target, if that is not the labels. */
  public String value() {
    return key.isEmpty() ? Sample.TARGET : key;
  }

  /** Returns the prefix of loss and metrics in the logs. */
  public String logPrefix() {
    return TrainingConfig.logPrefix(key);
  }

  /** Returns the number of classes of the output. */
  public int classes() {
    int last = output.shape().size(-1);
    return last == 1 ? 2 : last; // a single output separates two classes
  }
}
