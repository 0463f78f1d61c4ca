package dev.espalier.core.internal.training;

import dev.espalier.core.internal.program.OutputTask;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.data.Dataset;
import dev.espalier.data.Target;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.loss.BinaryCrossentropy;
import dev.espalier.loss.BinaryFocalCrossentropy;
import dev.espalier.loss.Loss;
import dev.espalier.metric.Metric;
import dev.espalier.model.Model;
import dev.espalier.training.FitOptions;
import java.util.List;

/**
 * Rejects combinations that would compute but not make sense: an objective for exactly one class on
 * multi-label data, and the reverse. Shapes do not reveal the mistake, because multi-hot labels
 * look like probabilities.
 */
final class TargetChecks {
  private final Model model;

  TargetChecks(Model model) {
    this.model = model;
  }

  /**
   * Checks training and validation data before anything is read.
   *
   * @param tasks of the training
   */
  void requireTrainable(Dataset training, FitOptions options, List<OutputTask> tasks) {
    require(training, tasks, !options.batchAugmentations().isEmpty());
    Dataset validation = options.validation();
    if (validation == null || validation.target().equals(training.target())) {
      return;
    }
    if (validation.target().multiLabel() != training.target().multiLabel()) {
      Dataset several = training.target().multiLabel() ? training : validation;
      throw refused(
          "Only one of training and validation data is multi-label: \"" + several.name() + "\".",
          "Convert the other one: Datasets.multiLabel makes single-label data multi-label.");
    }
    throw refused(
        "A sample of the training data has "
            + training.target()
            + ", one of the validation data has "
            + validation.target()
            + ".",
        "Convert them to the same kind of target, for example with Datasets.map.");
  }

  /** Checks data for evaluation. */
  void requireMeasurable(Dataset dataset, List<OutputTask> tasks) {
    require(dataset, tasks, false);
  }

  private void require(Dataset dataset, List<OutputTask> tasks, boolean mixed) {
    for (OutputTask task : tasks) {
      Loss loss = task.objective().loss();
      Target target = task.target();
      int outputs = task.output().shape().size(-1);
      if (!loss.accepts(target)) {
        throw refusedBy(
            "loss " + loss.name(),
            target,
            dataset,
            "Use binary-crossentropy, Losses.binaryCrossentropy(), and a sigmoid at the end of the"
                + " model.");
      }
      for (Metric metric : task.objective().metrics()) {
        if (!metric.accepts(target)) {
          throw refusedBy(
              "metric " + metric.name(),
              target,
              dataset,
              "Use one that decides on each class separately: binary-accuracy,"
                  + " Metrics.binaryAccuracy(), or precision, recall or an F-score with a threshold.");
        }
      }
      if (target.multiLabel()) {
        requireMultiLabel(dataset, task, outputs);
      } else if (target instanceof Target.ClassIndex
          && (loss instanceof BinaryCrossentropy || loss instanceof BinaryFocalCrossentropy)
          && outputs > 1
          && !mixed) {
        throw refused(
            "The loss "
                + loss.name()
                + " makes a decision for each of the model's "
                + outputs
                + " outputs separately, but a sample of \""
                + dataset.name()
                + "\" has one class.",
            "Use "
                + loss.name().replace("binary", "categorical")
                + " with a softmax at the end of the model, or say that the"
                + " data is multi-label with Datasets.multiLabel.");
      }
    }
  }

  private static EspalierException refusedBy(
      String what, Target target, Dataset dataset, String remedyForMultiLabel) {
    return target.multiLabel()
        ? refused(
            "The " + what + " expects exactly one class per sample, but " + described(dataset),
            remedyForMultiLabel)
        : refused(
            "The "
                + what
                + " does not suit \""
                + dataset.name()
                + "\", whose samples have "
                + target
                + ".",
            "Use one that takes such targets, or convert the targets with Datasets.map.");
  }

  private void requireMultiLabel(Dataset dataset, OutputTask task, int outputs) {
    int classes = dataset.classNames().size();
    if (outputs != classes) {
      throw refused(
          "The model \""
              + model.name()
              + "\" has "
              + outputs
              + (outputs == 1 ? " output for the " : " outputs for the ")
              + classes
              + " classes of \""
              + dataset.name()
              + "\", which is multi-label.",
          "Build the model with one output per class.");
    }
    if (new ProgramBuilder(model, ProgramBuilder.inputSize(model)).endsInSoftmax(task.output())) {
      throw refused(
          "The model \""
              + model.name()
              + "\" ends in a softmax, whose outputs add up to 1, but "
              + described(dataset),
          "End it with a sigmoid, which decides on each class separately.");
    }
  }

  private static String described(Dataset dataset) {
    return "\"" + dataset.name() + "\" is multi-label: a sample may have several, or none.";
  }

  private static EspalierException refused(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_TRAINING_SETTING, problem, remedy);
  }
}
