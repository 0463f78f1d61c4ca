package dev.espalier.core.internal.training;

import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.data.Dataset;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.model.Model;
import dev.espalier.training.BinaryCrossentropy;
import dev.espalier.training.FitOptions;
import dev.espalier.training.Loss;
import dev.espalier.training.Metric;

/**
 * Refuses what would give numbers, but no sense: one class out of several asked for where samples
 * have any number of them, and the reverse. Shapes alone do not tell, because a row of labels with
 * several ones looks like a row of shares.
 */
final class LabelChecks {
  private final TrainerSession session;

  LabelChecks(TrainerSession session) {
    this.session = session;
  }

  /** Checks training and validation data before anything is read. */
  void requireTrainable(Dataset training, FitOptions options) {
    require(training, !options.batchAugmentations().isEmpty());
    Dataset validation = options.validation();
    if (validation != null && validation.multiLabel() != training.multiLabel()) {
      Dataset several = training.multiLabel() ? training : validation;
      throw refused(
          "Of training and validation data one alone is multi-label: \"" + several.name() + "\".",
          "Bring them to one form: Datasets.multiLabel makes single-label data multi-label.");
    }
    if (validation != null) {
      require(validation, false);
    }
  }

  /** Checks data that is evaluated. */
  void requireMeasurable(Dataset dataset) {
    require(dataset, false);
  }

  private void require(Dataset dataset, boolean mixed) {
    Loss loss = session.config().loss();
    if (loss == null) {
      return; // whoever needs one says so
    }
    if (dataset.multiLabel()) {
      requireMultiLabel(dataset, loss);
    } else if (loss instanceof BinaryCrossentropy && session.outputs() > 1 && !mixed) {
      throw refused(
          "The loss "
              + loss.name()
              + " decides on each of the model's "
              + session.outputs()
              + " outputs by itself, but a sample of \""
              + dataset.name()
              + "\" has one class.",
          "Use categorical-crossentropy with a softmax at the end of the model, or say that the data"
              + " is multi-label with Datasets.multiLabel.");
    }
  }

  private void requireMultiLabel(Dataset dataset, Loss loss) {
    if (!loss.acceptsMultiLabel()) {
      throw refused(
          "The loss "
              + loss.name()
              + " asks for the one class of a sample, but "
              + described(dataset),
          "Use binary-crossentropy, Losses.binaryCrossentropy(), and a sigmoid at the end of the"
              + " model.");
    }
    for (Metric metric : session.config().metrics()) {
      if (!metric.acceptsMultiLabel()) {
        throw refused(
            "The metric "
                + metric.name()
                + " asks for the one class of a sample, but "
                + described(dataset),
            "Use binary-accuracy, Metrics.binaryAccuracy().");
      }
    }
    Model model = session.structure();
    int classes = dataset.classNames().size();
    if (session.outputs() != classes) {
      throw refused(
          "The model \""
              + model.name()
              + "\" has "
              + session.outputs()
              + (session.outputs() == 1 ? " output for the " : " outputs for the ")
              + classes
              + " classes of \""
              + dataset.name()
              + "\", which is multi-label.",
          "Build the model with an output for each class.");
    }
    if (new ProgramBuilder(model, ProgramBuilder.inputSize(model)).endsInSoftmax()) {
      throw refused(
          "The model \""
              + model.name()
              + "\" ends in a softmax, whose outputs add up to 1, but "
              + described(dataset),
          "End it with a sigmoid, which decides on each class by itself.");
    }
  }

  private static String described(Dataset dataset) {
    return "\"" + dataset.name() + "\" is multi-label: a sample may have several, or none.";
  }

  private static EspalierException refused(String problem, String remedy) {
    return new EspalierException(ErrorCode.INVALID_TRAINING_SETTING, problem, remedy);
  }
}
