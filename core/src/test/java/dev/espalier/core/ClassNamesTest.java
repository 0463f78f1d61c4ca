package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.loss.Losses;
import dev.espalier.metric.Metrics;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.EvaluationOptions;
import dev.espalier.training.FitOptions;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A class is what its name says, wherever it stands in the list of a data set. */
@Tag("native")
class ClassNamesTest {
  private static final Dataset COLOURS = SmallImages.colours(60);
  private static final Dataset SHUFFLED = reordered("blue", "red", "green");
  private static final EvaluationOptions QUIET =
      EvaluationOptions.of(options -> options.verbosity(Verbosity.SILENT));

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new TensorFlowEngineProvider().open(new EngineOptions(2, Map.of()));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** The same images and classes, with the classes listed in another order. */
  private static Dataset reordered(String... names) {
    List<String> order = List.of(names);
    return Datasets.of(
        "reordered",
        order,
        IntStream.range(0, COLOURS.size())
            .mapToObj(COLOURS::get)
            .map(
                sample ->
                    new Sample(
                        sample.image(), order.indexOf(COLOURS.classNames().get(sample.label()))))
            .toList());
  }

  /** The images of two of the three classes, as a data set that never had the third. */
  private static Dataset greenAndBlue() {
    return Datasets.of(
        "green-and-blue",
        List.of("green", "blue"),
        IntStream.range(0, COLOURS.size())
            .mapToObj(COLOURS::get)
            .filter(sample -> sample.label() > 0)
            .map(sample -> new Sample(sample.image(), sample.label() - 1))
            .toList());
  }

  private static Trainer trainer() {
    return Trainer.of(SmallImages.network(), config(), engine);
  }

  private static TrainingConfig config() {
    return TrainingConfig.of(
        config ->
            config
                .optimizer(Sgd.of(0.3).momentum(0.9))
                .loss(Losses.categoricalCrossentropy())
                .metrics(Metrics.accuracy())
                .seed(1));
  }

  private static FitOptions quiet(Consumer<FitOptions.Builder> settings) {
    return FitOptions.of(
        fit -> {
          fit.batchSize(12).epochs(8).verbosity(Verbosity.SILENT);
          settings.accept(fit);
        });
  }

  private static void assertMismatch(ThrowingCallable call, String message) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLASS_MISMATCH))
        .withMessageContaining(message);
  }

  @Test
  void evaluationOfTheSameClassesInAnotherOrderGivesTheSameValues() {
    try (Trainer trainer = trainer()) {
      trainer.fit(COLOURS, quiet(fit -> {}));
      double accuracy = trainer.evaluate(COLOURS, QUIET).get("accuracy");
      assertThat(accuracy).isGreaterThan(0.9);
      assertThat(trainer.evaluate(SHUFFLED, QUIET).values())
          .isEqualTo(trainer.evaluate(COLOURS, QUIET).values());
    }
  }

  @Test
  void someOfTheClassesAreEvaluatedByThemselves() {
    Dataset some = greenAndBlue();
    try (Trainer trainer = trainer()) {
      trainer.fit(COLOURS, quiet(fit -> {}));
      double right = 0;
      Predictions predictions = trainer.predict(some, QUIET);
      assertThat(predictions.classNames()).containsExactly("red", "green", "blue");
      for (int i = 0; i < some.size(); i++) {
        String answer = predictions.topK(i, 1).get(0).className();
        right += answer.equals(some.classNames().get(some.label(i))) ? 1 : 0;
      }
      assertThat(right).isGreaterThan(0.9 * some.size());
      assertThat(trainer.evaluate(some, QUIET).get("accuracy"))
          .isCloseTo(right / some.size(), Offset.offset(1e-6));
    }
  }

  @Test
  void classesThatTheModelWasNotTrainedOnAreRefusedByName() {
    Dataset other = Datasets.renameClasses(COLOURS, List.of("red", "green", "violet"));
    try (Trainer trainer = trainer()) {
      trainer.fit(COLOURS, quiet(fit -> fit.epochs(1)));
      assertMismatch(() -> trainer.evaluate(other, QUIET), "does not know: violet.");
      assertMismatch(() -> trainer.fit(other, quiet(fit -> fit.epochs(1))), "violet");
      assertMismatch(
          () -> trainer.fit(COLOURS, quiet(fit -> fit.epochs(1).validation(other))), "violet");
    }
  }

  @Test
  void validationDataIsMatchedToTheDataThatIsTrainedOn() {
    try (Trainer trainer = trainer();
        Trainer same = trainer()) {
      double expected =
          same.fit(COLOURS, quiet(fit -> fit.validation(COLOURS))).last("val_accuracy");
      assertThat(trainer.fit(COLOURS, quiet(fit -> fit.validation(SHUFFLED))).last("val_accuracy"))
          .isEqualTo(expected)
          .isGreaterThan(0.9);
    }
  }

  @Test
  void secondFitGoesOnWithTheMeaningOfTheFirst() {
    try (Trainer trainer = trainer()) {
      trainer.fit(COLOURS, quiet(fit -> {}));
      assertThat(trainer.fit(SHUFFLED, quiet(fit -> fit.epochs(1).shuffle(false))).last("accuracy"))
          .isGreaterThan(0.9);
      assertThat(trainer.evaluate(COLOURS, QUIET).get("accuracy")).isGreaterThan(0.9);
      assertThat(trainer.model().classNames()).containsExactly("red", "green", "blue");
    }
  }

  @Test
  void modelFileAndItsTrainerKeepTheNames(@TempDir Path folder) {
    Path file = folder.resolve("model.safetensors");
    double accuracy;
    try (Trainer trainer = trainer()) {
      trainer.fit(COLOURS, quiet(fit -> {}));
      accuracy = trainer.evaluate(COLOURS, QUIET).get("accuracy");
      ModelFile.save(file, trainer.model());
    }
    ModelFile read = ModelFile.read(file, Engines.reference());
    assertThat(read.classNames()).containsExactly("red", "green", "blue");
    try (Trainer trainer = Trainer.of(read.model(), config(), engine)) {
      assertThat(trainer.evaluate(SHUFFLED, QUIET).get("accuracy")).isEqualTo(accuracy);
      trainer.changeModel(model -> model.freeze("stem_*"));
      assertThat(trainer.evaluate(SHUFFLED, QUIET).get("accuracy")).isEqualTo(accuracy);
      assertThat(trainer.predict(List.of(COLOURS.get(0).image()), QUIET).classNames())
          .containsExactly("red", "green", "blue");
    }
  }
}
