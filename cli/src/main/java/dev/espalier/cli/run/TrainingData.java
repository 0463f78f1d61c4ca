package dev.espalier.cli.run;

import dev.espalier.cli.option.DataOptions;
import dev.espalier.cli.option.LoadingOptions;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.data.Dataset;
import dev.espalier.data.Split;
import dev.espalier.data.UnreadableFile;
import dev.espalier.datasets.files.ReadableSamples;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.DatasetSplits;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The splits that a training uses.
 *
 * @param validation for choosing settings and the best epoch during training
 * @param test for a single evaluation at the end; null if there is none, or if it serves as
 *     validation
 */
public record TrainingData(Dataset training, Dataset validation, @Nullable Dataset test) {
  private static final int FILES_NAMED = 5;

  /**
   * Opens the configured splits, and checks the samples that training would read only after an
   * epoch or at the end: a damaged file there must not lose what was trained before. Of the
   * training files, the format is checked.
   */
  public static TrainingData open(
      Configuration configuration, DataOptions data, LoadingOptions loading, PrintWriter err) {
    TrainingData opened = unchecked(configuration, data, loading, err);
    if (!loading.skipUnreadable) {
      opened.requireReadable();
    }
    return opened;
  }

  /** Opens splits that another process has checked. */
  static TrainingData opened(Configuration configuration) {
    DataOptions data = new DataOptions();
    LoadingOptions loading = new LoadingOptions();
    data.take(configuration);
    loading.take(configuration);
    return unchecked(configuration, data, loading, new PrintWriter(Writer.nullWriter()));
  }

  private static TrainingData unchecked(
      Configuration configuration, DataOptions data, LoadingOptions loading, PrintWriter err) {
    DatasetSplits splits = data.splits(configuration, err);
    Dataset training = loading.apply(data.open(configuration, Split.TRAIN, err), err);
    Split validating = splits.has(Split.VALIDATION) ? Split.VALIDATION : Split.TEST;
    if (!splits.has(validating)) {
      throw new EspalierException(
          ErrorCode.EMPTY_DATASET,
          training.name() + " leaves nothing to validate on: there is no other split with images.",
          splits.random()
              ? "Give a class two images or more, and data.validation-split or data.test-split a"
                  + " number above 0."
              : "Add a validation split, such as a folder val.");
    }
    Dataset validation = loading.apply(data.open(configuration, validating, err), err);
    Dataset test = null;
    if (validating == Split.TEST) {
      err.println(
          "note: there is no validation split, so that the training validates on "
              + validation.name()
              + ".");
      err.flush();
    } else if (splits.has(Split.TEST)) {
      test = loading.apply(data.open(configuration, Split.TEST, err), err);
    }
    return new TrainingData(training, validation, test);
  }

  /** Returns the splits with labels in the order of a model's outputs. */
  public TrainingData matched(ModelSource.Loaded model) {
    return new TrainingData(
        ClassNames.matched(training, model),
        ClassNames.matched(validation, model),
        test == null ? null : ClassNames.matched(test, model));
  }

  private void requireReadable() {
    requireNone("train", ReadableSamples.formatProblems(training));
    List<UnreadableFile> problems = new ArrayList<>(problems(validation));
    if (test != null) {
      problems.addAll(problems(test));
    }
    requireNone("validate or test", problems);
  }

  private static void requireNone(String purpose, List<UnreadableFile> problems) {
    if (!problems.isEmpty()) {
      String reasons =
          String.join(
              " ", problems.stream().limit(FILES_NAMED).map(UnreadableFile::reason).toList());
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          problems.size() == 1
              ? "A file to " + purpose + " on cannot be read. " + reasons
              : problems.size()
                  + " files to "
                  + purpose
                  + " on cannot be read. "
                  + (problems.size() > FILES_NAMED ? "The first: " : "")
                  + reasons,
          "Replace or remove them, or leave them out with --skip-unreadable; espalier describe"
              + " lists those of all splits.");
    }
  }

  /** Data sets without a file per sample were checked when they were opened. */
  private static List<UnreadableFile> problems(Dataset dataset) {
    return dataset.size() == 0 || dataset.file(0) == null
        ? List.of()
        : ReadableSamples.problems(dataset);
  }
}
