package dev.espalier.tutorial;

import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.Trainer;
import dev.espalier.core.dataquality.DataIssueFinder;
import dev.espalier.core.dataquality.DataIssues;
import dev.espalier.data.Dataset;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Evaluation;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Graft;
import dev.espalier.report.DataReport;
import dev.espalier.report.PredictionAnalysis;
import dev.espalier.report.Report;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures a model, and looks at what it gets wrong and at what may be wrong with its data;
 * docs/guide/evaluation.md, report.md and data.md explain it.
 */
final class ErrorAnalysis {
  private ErrorAnalysis() {}

  static Evaluation evaluate(Path file, Dataset data) {
    ModelFile saved = ModelFile.read(file, PluginRegistry.discover());
    try (Trainer trainer =
        Trainer.of(
            saved.model(),
            config ->
                config
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy(), Metrics.topKAccuracy(2)))) {
      return trainer.evaluate(data);
    }
  }

  /** Returns how many samples of each class (first index) were predicted as each class (second). */
  static int[][] confusionMatrix(Path file, Dataset data) {
    ModelFile saved = ModelFile.read(file, PluginRegistry.discover());
    try (Trainer trainer = Trainer.of(saved.model(), config -> {})) {
      Predictions predictions = trainer.predict(data);
      int classes = data.classNames().size();
      int[][] counts = new int[classes][classes];
      for (int i = 0; i < data.size(); i++) {
        counts[data.label(i)][predictions.label(i)]++;
        if (predictions.label(i) != data.label(i)) {
          System.out.printf(
              "sample %d: %s, predicted %s%n",
              i, data.classNames().get(data.label(i)), predictions.topK(i, 2));
        }
      }
      return counts;
    }
  }

  /** Writes a page about what a model makes of labelled images. */
  static void report(Path file, Dataset data, Path page) {
    ModelFile saved = ModelFile.read(file, PluginRegistry.discover());
    try (Trainer trainer =
        Trainer.of(
            saved.model(),
            config -> config.loss(Losses.categoricalCrossentropy()).metrics(Metrics.accuracy()))) {
      Report.of(trainer.evaluate(data))
          .title(saved.model().name() + " on " + data.name())
          .analysis(PredictionAnalysis.of(data, trainer.predict(data)))
          .write(page);
    }
  }

  /** Writes a page with images that are probably mislabelled, or nearly the same as test images. */
  static void checkData(Path file, Dataset training, Dataset test, Path page) {
    ModelFile saved = ModelFile.read(file, PluginRegistry.discover());
    DataIssues issues =
        DataIssueFinder.of(Graft.withoutClassifier(saved.model()), training)
            .others(List.of(test))
            .find();
    DataReport.of(training, List.of(test), issues).write(page);
  }
}
