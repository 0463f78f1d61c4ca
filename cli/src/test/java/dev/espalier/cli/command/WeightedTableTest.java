package dev.espalier.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.espalier.activation.Activation;
import dev.espalier.cli.CommandRun;
import dev.espalier.cli.OwnImages;
import dev.espalier.core.ModelFile;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.datasets.table.Manifest;
import dev.espalier.graph.HostArray;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.Verbosity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of a table in the loss, compared with what the scores of the model give by hand. */
@Tag("native")
class WeightedTableTest {
  private static final double[] WEIGHTS = {0.5, 0, 3, 2};

  @TempDir static Path folder;

  private static Path table;
  private static Path file;

  @BeforeAll
  static void write() throws IOException {
    new OwnImages(folder).with("", 2);
    table =
        Files.write(
            folder.resolve("images.csv"),
            List.of(
                "path,label,trust",
                "bar/0.png,bar,0.5",
                "disc/0.png,disc,0",
                "bar/1.png,bar,3",
                "disc/1.png,disc,2"));
    Model model =
        Sequential.of(
            Input.image(64, 64, 3),
            Rescaling.of(1 / 255.0),
            GlobalAveragePooling2D.create(),
            Dense.of(2).activation(Activation.SOFTMAX).named("head"));
    file = folder.resolve("model.safetensors");
    try (Trainer trainer = Trainer.of(model, config -> config.engine("tensorflow").seed(1))) {
      ModelFile.save(file, trainer.model(), List.of("bar", "disc"), Map.of());
    }
  }

  private static JsonObject evaluated(Object... more) {
    Object[] words =
        Stream.concat(
                Stream.of(
                    "evaluate",
                    "--model",
                    file,
                    "--dataset",
                    "manifest",
                    "--data",
                    table,
                    "--split",
                    "all",
                    "--json"),
                Stream.of(more))
            .toArray();
    CommandRun run = CommandRun.of(words);
    assertThat(run.err()).isEmpty();
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  /** Returns the scores of the label of each image of the table. */
  private static double[] scoresOfLabels() {
    CommandRun run =
        CommandRun.of(
            "predict",
            "--model",
            file,
            "--json",
            folder.resolve("bar/0.png"),
            folder.resolve("disc/0.png"),
            folder.resolve("bar/1.png"),
            folder.resolve("disc/1.png"));
    JsonArray images = JsonParser.parseString(run.out()).getAsJsonArray();
    double[] scores = new double[4];
    for (int i = 0; i < 4; i++) {
      for (var one : images.get(i).getAsJsonObject().getAsJsonArray("classes")) {
        if (one.getAsJsonObject().get("label").getAsInt() == i % 2) {
          scores[i] = one.getAsJsonObject().get("probability").getAsDouble();
        }
      }
    }
    return scores;
  }

  @Test
  void evaluationWeightsTheLossAndLeavesTheMetricAsItIs() {
    double weighted = 0;
    double plain = 0;
    double[] scores = scoresOfLabels();
    for (int i = 0; i < 4; i++) {
      weighted -= WEIGHTS[i] * Math.log(scores[i]) / 4;
      plain -= Math.log(scores[i]) / 4;
    }
    JsonObject with = evaluated("--set", "data.weight-column=trust");
    JsonObject without = evaluated();
    assertThat(with.get("loss").getAsDouble()).isEqualTo(weighted, within(1e-5));
    assertThat(without.get("loss").getAsDouble()).isEqualTo(plain, within(1e-5));
    assertThat(with.get("accuracy")).isEqualTo(without.get("accuracy"));
  }

  @Test
  void aStepFollowsTheWeights() {
    double[] scores = scoresOfLabels();
    double gradient = 0;
    for (int i = 0; i < 4; i++) {
      // Of the softmax' cross-entropy with respect to the bias of the first class, bar.
      double bar = i % 2 == 0 ? scores[i] : 1 - scores[i];
      gradient += WEIGHTS[i] * (bar - (i % 2 == 0 ? 1 : 0)) / 4;
    }
    Dataset train = Manifest.of(table, columns -> columns.withWeight("trust")).open();
    try (Trainer trainer =
        Trainer.of(
            ModelFile.read(file, PluginRegistry.discover()).model(),
            config ->
                config
                    .engine("tensorflow")
                    .optimizer(Sgd.of(1))
                    .loss(Losses.categoricalCrossentropy())
                    .metrics(Metrics.accuracy()))) {
      trainer.fit(train, fit -> fit.epochs(1).batchSize(4).verbosity(Verbosity.SILENT));
      HostArray bias = trainer.weights().get("head/bias");
      assertThat(bias.at(0)).isEqualTo(-gradient, within(1e-5));
      assertThat(bias.at(1)).isEqualTo(gradient, within(1e-5));
    }
  }

  @Test
  void descriptionShowsTheWeights() throws IOException {
    Path divided =
        Files.write(
            folder.resolve("divided.csv"),
            List.of(
                "path,label,trust,split",
                "bar/0.png,bar,0.5,train",
                "disc/0.png,disc,0,train",
                "bar/1.png,bar,3,train",
                "disc/1.png,disc,2,test"));
    CommandRun with =
        CommandRun.of(
            "describe",
            "--dataset",
            "manifest",
            "--data",
            divided,
            "--set",
            "data.weight-column=trust");
    assertThat(with.out()).contains("Weights   0 to 3 in the loss (mean 1.17)");
    CommandRun without = CommandRun.of("describe", "--dataset", "manifest", "--data", divided);
    assertThat(without.out()).contains("Classes").doesNotContain("Weights");
  }

  @Test
  void anInvalidWeightStopsTheCommandWithLineAndColumn() throws IOException {
    Path wrong =
        Files.write(
            folder.resolve("wrong.csv"),
            List.of("path,label,trust", "bar/0.png,bar,1", "disc/0.png,disc,-1"));
    CommandRun run =
        CommandRun.of(
            "describe",
            "--dataset",
            "manifest",
            "--data",
            wrong,
            "--set",
            "data.weight-column=trust");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("Line 3 of " + wrong + " has the weight \"-1\" in the column trust.");
  }
}
