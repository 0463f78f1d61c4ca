package org.example.eca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Predictions;
import dev.espalier.core.Trainer;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.data.Target;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Model;
import dev.espalier.metric.Evaluation;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.History;
import dev.espalier.loss.Losses;
import dev.espalier.training.OutputObjective;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the plugin brings as a user names it in a file, trained on each engine, saved and read. */
class NamedInAFileTest implements ModelFiles {
  private static final PluginRegistry REGISTRY = PluginRegistry.discover();
  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.batchSize(7).verbosity(Verbosity.SILENT));
  private static final String FILE =
      """
      espalier {
        model.name = patch-net
        training {
          epochs = 12
          batch-size = 8
          optimizer {
            name = sgd
            momentum = 0.9
            learning-rate { name = square-warm-up, epochs = 1, then = 0.05 }
          }
          loss = sparse-categorical-crossentropy
          metrics = [cohen-kappa, { name = expected-cost, costs = [0, 5, 1, 0] }]
          step { name = sharpness-aware, radius = 0.05 }
          class-weights = balanced
        }
        output.quiet = true
      }
      """;

  @TempDir Path folder;

  private Configuration configuration() throws IOException {
    Path file = Files.writeString(folder.resolve("espalier.conf"), FILE);
    return Configuration.of(REGISTRY, sources -> sources.file(file));
  }

  private static TrainingConfig on(String engine, TrainingConfig config) {
    return config.with(settings -> settings.engine(engine).seed(4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet"})
  void aTransformerLearnsWithAllOfIt(String engine) throws IOException {
    Configuration configuration = configuration();
    Dataset data = redsAndGreens();
    Model trained;
    Evaluation evaluation;
    try (Trainer trainer =
        Trainer.of(configuration.model(2), on(engine, configuration.trainingConfig()))) {
      History history =
          trainer.fit(data, configuration.fitOptions().toBuilder().validation(data).build());
      assertThat(history.last("val_cohen_kappa")).isEqualTo(1);
      assertThat(history.last("val_expected_cost")).isZero();
      evaluation = trainer.evaluate(data, QUIET);
      assertThat(evaluation.matrix("cohen_kappa").rows()).isEqualTo(2);
      trained = trainer.model();
    }
    Model read = saveAndRead(trained, folder.resolve("patches.safetensors"));
    try (Trainer trainer = Trainer.of(read, on(engine, configuration.trainingConfig()))) {
      assertThat(trainer.evaluate(data, QUIET)).isEqualTo(evaluation);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet"})
  void aStudentLearnsFromATeacherAlone(String engine) throws IOException {
    Dataset data = redsAndGreens();
    Configuration configuration = configuration();
    Model teacher;
    try (Trainer trainer =
        Trainer.of(configuration.model(2), on(engine, configuration.trainingConfig()))) {
      trainer.fit(data, configuration.fitOptions());
      teacher = trainer.model();
    }
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings
                    .optimizer(Sgd.of(0.05).momentum(0.9))
                    .loss(Losses.sparseCategoricalCrossentropy())
                    .step(new Distillation(teacher, 1)));
    try (Trainer student = Trainer.of(configuration.model(2), on(engine, config))) {
      History history = student.fit(data, configuration.fitOptions());
      assertThat(history.last("distillation_loss")).isLessThan(0.3);
      Predictions predictions = student.predict(data, QUIET);
      for (int i = 0; i < data.size(); i++) {
        assertThat(predictions.label(i)).isEqualTo(data.label(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensorflow", "pytorch", "mxnet"})
  void aModelWithTwoAnswersLearnsBoth(String engine) {
    Dataset data =
        Datasets.map(
            redsAndGreens(),
            Target.several(
                Map.of("kind", Target.classIndex(), "brightness", Target.numbers(1))),
            sample ->
                sample.withValue(
                    "brightness", HostArray.wrap(Shape.of(1), sample.label() == 0 ? 1 : -1)));
    TrainingConfig config =
        TrainingConfig.of(
            settings ->
                settings
                    .optimizer(Sgd.of(0.05).momentum(0.9))
                    .output(
                        "kind",
                        OutputObjective.of(Losses.sparseCategoricalCrossentropy())
                            .metrics(new CohenKappa()))
                    .output("brightness", OutputObjective.of(Losses.meanSquaredError())));
    Model trained;
    Evaluation evaluation;
    try (Trainer trainer = Trainer.of(TwoAnswers.of(32, 2), on(engine, config))) {
      History history =
          trainer.fit(data, fit -> fit.epochs(30).batchSize(8).verbosity(Verbosity.SILENT));
      assertThat(history.last("kind_cohen_kappa")).isGreaterThan(0.9);
      assertThat(history.last("brightness_loss")).isLessThan(0.3);
      evaluation = trainer.evaluate(data, QUIET);
      trained = trainer.model();
    }
    Model read = saveAndRead(trained, folder.resolve("two.safetensors"));
    try (Trainer trainer = Trainer.of(read, on(engine, config))) {
      assertThat(trainer.evaluate(data, QUIET)).isEqualTo(evaluation);
    }
  }

  private static Dataset redsAndGreens() {
    Random random = new Random(1);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      byte[] pixels = new byte[32 * 32 * 3];
      random.nextBytes(pixels);
      for (int k = i % 2; k < pixels.length; k += 3) {
        pixels[k] = (byte) (200 + random.nextInt(56));
      }
      samples.add(new Sample(Image.wrap(32, 32, 3, pixels), i % 2));
    }
    return Datasets.of("colours", List.of("red", "green"), samples);
  }
}
