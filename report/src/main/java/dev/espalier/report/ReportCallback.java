package dev.espalier.report;

import dev.espalier.callback.BatchObservation;
import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.TrainingControl;
import dev.espalier.core.Predictions;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link Report} when a training ends: curves, images as the model was trained on them,
 * timings, and what the model makes of a labelled data set, if one is given.
 *
 * <pre>{@code
 * ReportCallback.to(Path.of("run", "report.html")).title("pets").analysing(validation)
 * }</pre>
 *
 * <p>A training that continues where the one before ended, as the second phase of a fine-tuning
 * does, is part of the same report. If the report cannot be written at the end, a message says so
 * and the training is not lost.
 *
 * <p>Settings are immutable: each method returns a new callback. Not for two concurrent trainings.
 */
public final class ReportCallback implements Callback {
  private static final int IMAGES = 16;
  private static final String RECORD = "record";

  private final Path file;
  private final String title;
  private final @Nullable Dataset analysed;
  private final List<RunHistory.Epoch> epochs = new ArrayList<>();
  private ObservedImages images = ObservedImages.atMost(IMAGES);
  private long start;

  private ReportCallback(Path file, String title, @Nullable Dataset analysed) {
    this.file = file;
    this.title = title;
    this.analysed = analysed;
  }

  /**
   * Returns the callback.
   *
   * @param file to write, such as {@code report.html}; its folder is created
   */
  public static ReportCallback to(Path file) {
    if (file.toString().isBlank()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The report has no name.",
          "Name a file, such as report.html.");
    }
    return new ReportCallback(file, "", null);
  }

  /** Returns this callback with a title for the report; by default the name of the model. */
  public ReportCallback title(String value) {
    return new ReportCallback(file, value, analysed);
  }

  /**
   * Returns this callback, which predicts a labelled data set at the end of training and shows
   * mistakes, confusions and calibration.
   */
  public ReportCallback analysing(Dataset dataset) {
    return new ReportCallback(file, title, dataset);
  }

  @Override
  public BatchObservation observedBatch() {
    return images.observedBatch();
  }

  @Override
  public void onTrainBegin(TrainBegin event) {
    if (epochs.isEmpty() || event.initialEpoch() != epochs.get(epochs.size() - 1).number()) {
      epochs.clear();
      images = ObservedImages.atMost(IMAGES);
    }
    start = System.nanoTime();
    try {
      // An unwritable path must be reported before hours have been spent.
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
        Files.delete(Files.createTempFile(folder, ".report", ".part"));
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The report " + file + " cannot be written: " + FailureReason.ofWriting(e) + ".",
          "Choose another file, or free disk space.",
          e);
    }
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    start = System.nanoTime();
  }

  @Override
  public void onTrainBatchEnd(BatchEnd event) {
    images.onTrainBatchEnd(event);
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    epochs.add(
        new RunHistory.Epoch(
            "train", event.epoch() + 1, event.logs().asMap(), (System.nanoTime() - start) / 1e9));
    start = System.nanoTime();
  }

  @Override
  public void onTrainEnd(TrainEnd event) {
    TrainingControl control = event.control();
    try {
      report(control).write(file);
    } catch (EspalierException e) {
      if (e.code() == ErrorCode.INTERRUPTED) {
        throw e;
      }
      control.message("warning: there is no report. " + e.problem() + " " + e.remedy());
    }
  }

  private Report report(TrainingControl control) {
    String name = title.isBlank() ? control.model().name() : title;
    Report report = Report.of(new RunHistory(epochs)).title(name).trainingImages(images.images());
    List<String> known = control.model().classNames();
    report = report.classNames(known);
    String stopped = control.stopReason();
    if (stopped != null) {
      report = report.note("The training ended early: " + stopped + ".");
    }
    Dataset dataset = analysed;
    if (dataset == null) {
      return report;
    }
    Dataset matched =
        PredictionAnalysis.analysable(
            known.isEmpty() ? dataset : Datasets.matchClasses(dataset, known));
    Predictions predictions = new Predictions(control.predict(matched), matched.classNames());
    return report
        .analysis(PredictionAnalysis.of(matched, predictions))
        .analysed("the model after the last epoch");
  }

  @Override
  public CallbackState state() {
    return epochs.isEmpty()
        ? CallbackState.none()
        : CallbackState.of(Map.of(RECORD, record(new RunHistory(epochs)).json()));
  }

  private static RunRecord record(RunHistory history) {
    return new RunRecord(
        "", new LinkedHashMap<>(), List.of(), "", "", Double.NaN, history, List.of());
  }

  @Override
  public void restoreState(CallbackState state) {
    String record = state.text(RECORD);
    epochs.clear();
    if (record != null) {
      epochs.addAll(RunRecord.parse(record, "the checkpoint").history().epochs());
    }
  }

  /** Returns the settings. */
  @Override
  public String toString() {
    return "ReportCallback[file=" + file + ", title=" + title + "]";
  }
}
