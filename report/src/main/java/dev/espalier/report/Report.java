package dev.espalier.report;

import dev.espalier.core.AtomicOutput;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Evaluation;
import dev.espalier.training.History;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A report of a training, an evaluation, or both, as one HTML file that needs nothing else: curves,
 * results of each class, the images that a model is wrong about, calibration, settings, timings.
 *
 * <pre>{@code
 * Report.of(history, trainer.evaluate(test))
 *     .title("pets")
 *     .analysis(PredictionAnalysis.of(test, trainer.predict(test)))
 *     .write(Path.of("report.html"));
 * }</pre>
 *
 * <p>What is not given is left out. Equal reports give equal files. Names of classes and files are
 * escaped, whatever characters they contain. Immutable: each method returns another report.
 */
public final class Report {
  private final Content content;

  private Report(Content content) {
    this.content = content;
  }

  /** Returns the report of a training. */
  public static Report of(History history) {
    return of(RunHistory.of(history));
  }

  /** Returns the report of a training in phases. */
  public static Report of(RunHistory history) {
    return new Report(new Content()).with(changed -> changed.history = history);
  }

  /** Returns the report of a training and of the evaluation of its model. */
  public static Report of(History history, Evaluation evaluation) {
    return of(history).evaluation(evaluation);
  }

  /** Returns the report of an evaluation. */
  public static Report of(Evaluation evaluation) {
    return of(RunHistory.empty()).evaluation(evaluation);
  }

  /** Sets the title, such as the names of model and data. */
  public Report title(String title) {
    return with(changed -> changed.title = title);
  }

  /**
   * Sets the evaluation of the model. If it has the matrices of the metrics {@code
   * confusion_matrix} and {@code expected_calibration_error}, and there is no {@linkplain #analysis
   * analysis}, they are shown.
   */
  public Report evaluation(Evaluation evaluation) {
    return with(changed -> changed.evaluation = evaluation);
  }

  /** Sets what the predictions of the model show. */
  public Report analysis(PredictionAnalysis analysis) {
    return with(changed -> changed.analysis = analysis);
  }

  /** Sets which model the analysis is of, such as {@code the best model}. */
  public Report analysed(String model) {
    return with(changed -> changed.analysed = model);
  }

  /** Sets the names of the classes, for the matrices of an evaluation and to compare runs. */
  public Report classNames(List<String> names) {
    List<String> copy = List.copyOf(names);
    return with(changed -> changed.classNames = copy);
  }

  /** Sets images as the model was trained on them. */
  public Report trainingImages(List<TrainingImage> images) {
    List<TrainingImage> copy = List.copyOf(images);
    return with(changed -> changed.trainingImages = copy);
  }

  /**
   * Sets the models of the run, the one to use first.
   *
   * @param monitor the value that decided which epoch was the best, such as {@code val_loss}
   */
  public Report models(List<EvaluatedModel> models, String monitor) {
    List<EvaluatedModel> copy = List.copyOf(models);
    return with(
        changed -> {
          changed.models = copy;
          changed.monitor = monitor;
        });
  }

  /** Sets the main metric, such as {@code accuracy}; by default the first in the history. */
  public Report metric(String name) {
    return with(changed -> changed.metric = name);
  }

  /** Sets what the phases train, by their names in the history. */
  public Report phases(Map<String, String> titles) {
    Map<String, String> copy = copy(titles);
    return with(changed -> changed.phases = copy);
  }

  /**
   * Sets what people should know about the run: model, data, optimizer and so on, in this order.
   */
  public Report settings(Map<String, String> settings) {
    Map<String, String> copy = copy(settings);
    return with(changed -> changed.settings = copy);
  }

  /** Sets all settings of the configuration by key, which comparisons of runs compare. */
  public Report configuration(Map<String, String> settings) {
    Map<String, String> copy = copy(settings);
    return with(changed -> changed.configuration = copy);
  }

  /** Sets how long the whole run took. */
  public Report seconds(double seconds) {
    return with(changed -> changed.seconds = seconds);
  }

  /** Sets the machine of the run; by default this one. */
  public Report environment(Environment environment) {
    return with(changed -> changed.environment = environment);
  }

  /** Sets command lines by what they do, such as {@code Run}, in this order. */
  public Report commands(Map<String, String> commands) {
    Map<String, String> copy = copy(commands);
    return with(changed -> changed.commands = copy);
  }

  /** Sets the files beside the report with their descriptions, in this order. */
  public Report files(Map<String, String> files) {
    Map<String, String> copy = copy(files);
    return with(changed -> changed.files = copy);
  }

  /** Adds a sentence about what is missing or unusual, which is shown near the top. */
  public Report note(String sentence) {
    return with(
        changed -> {
          List<String> notes = new ArrayList<>(changed.notes);
          notes.add(sentence);
          changed.notes = List.copyOf(notes);
        });
  }

  /** Returns the report as an HTML page. */
  public String html() {
    return new ReportPage(content).html();
  }

  /** Returns settings, results and epochs as Markdown, without images of the data. */
  public String markdown() {
    return new ReportMarkdown(content).text();
  }

  /** Returns settings and results as JSON, which {@link RunRecord#read} reads. */
  public String json() {
    return record().json();
  }

  /** Returns settings and results, to compare them with those of other runs. */
  public RunRecord record() {
    return new RunRecord(
        content.title,
        content.configuration,
        content.classNames(),
        content.metric(),
        content.monitor,
        content.seconds(),
        content.history,
        content.models);
  }

  /**
   * Writes the page, as UTF-8, creating missing folders. The file is complete or not there at all.
   *
   * @throws EspalierException {@code FILE_NOT_WRITABLE}; an existing file is unchanged
   */
  public void write(Path file) {
    byte[] bytes = html().getBytes(StandardCharsets.UTF_8);
    AtomicOutput.write(file, stream -> stream.write(bytes));
  }

  private Report with(Consumer<Content> change) {
    Content changed = new Content(content);
    change.accept(changed);
    return new Report(changed);
  }

  private static Map<String, String> copy(Map<String, String> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** What a report says; changed in copies only. */
  static final class Content {
    String title = "Report";
    RunHistory history = RunHistory.empty();
    @Nullable Evaluation evaluation;
    @Nullable PredictionAnalysis analysis;
    String analysed = "";
    List<String> classNames = List.of();
    List<TrainingImage> trainingImages = List.of();
    List<EvaluatedModel> models = List.of();
    String monitor = "";
    @Nullable String metric;
    Map<String, String> phases = Map.of();
    Map<String, String> settings = Map.of();
    Map<String, String> configuration = Map.of();
    @Nullable Double seconds;
    @Nullable Environment environment;
    Map<String, String> commands = Map.of();
    Map<String, String> files = Map.of();
    List<String> notes = List.of();

    Content() {}

    Content(Content other) {
      title = other.title;
      history = other.history;
      evaluation = other.evaluation;
      analysis = other.analysis;
      analysed = other.analysed;
      classNames = other.classNames;
      trainingImages = other.trainingImages;
      models = other.models;
      monitor = other.monitor;
      metric = other.metric;
      phases = other.phases;
      settings = other.settings;
      configuration = other.configuration;
      seconds = other.seconds;
      environment = other.environment;
      commands = other.commands;
      files = other.files;
      notes = other.notes;
    }

    String metric() {
      if (metric != null) {
        return metric;
      }
      return history.epochs().isEmpty() && evaluation != null
          ? evaluation.values().keySet().stream()
              .filter(name -> !name.equals(RunHistory.LOSS))
              .findFirst()
              .orElse(RunHistory.LOSS)
          : history.mainMetric();
    }

    /** Returns the analysis that was given, or what the evaluation has of one. */
    @Nullable PredictionAnalysis analysis() {
      return analysis == null && evaluation != null
          ? PredictionAnalysis.of(evaluation, classNames)
          : analysis;
    }

    List<String> classNames() {
      return classNames.isEmpty() && analysis != null
          ? analysis.classes().stream().map(PredictionAnalysis.ClassResult::name).toList()
          : classNames;
    }

    double seconds() {
      return seconds == null ? history.seconds() : seconds;
    }

    Environment environment() {
      return environment == null ? Environment.current() : environment;
    }

    String phaseTitle(String name) {
      return phases.getOrDefault(name, name);
    }
  }
}
