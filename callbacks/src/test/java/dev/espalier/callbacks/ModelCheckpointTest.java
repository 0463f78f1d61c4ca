package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import dev.espalier.callback.Logs;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.metric.Goal;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCheckpointTest {
  @TempDir private Path folder;

  private final FakeTrainingControl control =
      FakeTrainingControl.withLearningRate(.1).metric("accuracy", Goal.MAX);

  private Path file() {
    return folder.resolve("run").resolve("best.safetensors");
  }

  private ModelCheckpoint best() {
    return ModelCheckpoint.to(file()).saveBestOnly(true);
  }

  /** Trains, and returns the epochs after which the model was saved, counted from 1. */
  private List<Integer> train(ModelCheckpoint callback, String key, double... values) {
    List<Map<String, Double>> epochs = new ArrayList<>();
    for (double value : values) {
      epochs.add(Map.of(key, value));
    }
    return train(callback, epochs);
  }

  private List<Integer> train(ModelCheckpoint callback, List<Map<String, Double>> epochs) {
    control.beginTraining(callback);
    epochs.forEach(logs -> control.endEpoch(callback, logs));
    control.endTraining(callback);
    return saved();
  }

  private List<Integer> saved() {
    return control.savedModels().stream()
        .map(model -> Integer.valueOf(model.metadata().getOrDefault("epoch", "none")))
        .toList();
  }

  /** What Keras' own tests ask for. */
  @Nested
  class AsKerasTests {
    @Test
    void everyEpochIsSavedByDefault() {
      assertThat(train(ModelCheckpoint.to(file()), "val_loss", 1, 3, 2)).containsExactly(1, 2, 3);
    }

    @Test
    void theBestOnlyIsSaved() {
      assertThat(train(best(), "val_loss", 3, 2, 2, 2.5, 1)).containsExactly(1, 2, 5);
    }

    @Test
    void theDirectionIsThatOfTheMetricOrTheMode() {
      assertThat(train(best().monitor("val_accuracy"), "val_accuracy", .5, .6, .4))
          .containsExactly(1, 2);
      assertThat(train(best().monitor("score").mode(Goal.MAX), "score", 1, 2, 1))
          .containsExactly(1, 2, 1, 2);
    }

    @Test
    void anUnknownMonitorWarnsAndSaves() {
      assertThat(train(best().monitor("unknown"), "val_loss", 1, 2)).containsExactly(1, 2);
      assertThat(control.messages())
          .containsExactly(
              "ModelCheckpoint monitors unknown, which has no value in this epoch, and saves"
                  + " the model all the same. Available: val_loss.");
    }

    @Test
    void aThresholdMustBeBeaten() {
      ModelCheckpoint accuracy = best().monitor("val_accuracy");
      assertThat(train(accuracy.initialValueThreshold(-.01), "val_accuracy", .5))
          .containsExactly(1);
      assertThat(train(best().initialValueThreshold(0), "val_loss", 1, .5)).containsExactly(1);
    }

    @Test
    void messagesSayWhatImproved() {
      train(best().verbose(true), "val_loss", 1.153424, 2);

      assertThat(control.messages())
          .containsExactly(
              "Epoch 1: val_loss improved from none to 1.15342, saving model to " + file(),
              "Epoch 2: val_loss did not improve from 1.15342");
    }
  }

  /** Keras would replace the best model with one of which nothing is known. */
  @Test
  void anEpochWithoutValidationDoesNotReplaceTheBest() {
    List<Map<String, Double>> everySecond =
        List.of(
            Map.of("loss", 5.0),
            Map.of("loss", 4.0, "val_loss", 2.0),
            Map.of("loss", 3.0),
            Map.of("loss", 2.0, "val_loss", 1.0),
            Map.of("loss", 1.0));

    assertThat(train(best(), everySecond)).containsExactly(1, 2, 4);
    assertThat(control.messages()).hasSize(1);
  }

  /** In Keras nothing is better than a NaN that came first. */
  @Test
  void anyNumberIsBetterThanNaN() {
    assertThat(train(best(), "val_loss", Double.NaN, 2, Double.NaN, 1)).containsExactly(1, 2, 4);
  }

  @Test
  void theFileSaysOfWhichEpochItIs() {
    train(best().metadata(Map.of("data", "pets/train")), "val_loss", 3, 1.5);

    assertThat(control.savedModels().get(1))
        .isEqualTo(
            new FakeTrainingControl.SavedModel(
                file(), Map.of("epoch", "2", "val_loss", "1.5", "data", "pets/train")));
  }

  @Test
  void theBestValueSurvivesAnInterruption() {
    ModelCheckpoint before = best();
    control.beginTraining(before);
    control.endEpoch(before, Map.of("val_loss", 1.0));
    CallbackState state = before.state();

    ModelCheckpoint after = best();
    control.beginTraining(after);
    after.restoreState(state);
    control.endEpoch(after, Map.of("val_loss", 1.5));

    assertThat(saved()).containsExactly(1);
    assertThat(after.best()).isEqualTo(1);
    assertThat(after.savedEpoch()).isZero();
  }

  @Test
  void aLaterTrainingIsGivenTheBestValueOfAnEarlierOne() {
    ModelCheckpoint first = best();
    assertThat(train(first, "val_loss", 2, 1, 3)).containsExactly(1, 2);
    ModelCheckpoint second = best().initialValueThreshold(first.best());

    assertThat(train(second, "val_loss", 1.5, 1.2)).as("of the first only").containsExactly(1, 2);
    assertThat(second.savedEpoch()).isNull();
  }

  private ModelCheckpoint template(String name) {
    return ModelCheckpoint.toTemplate(folder.resolve(name).toString());
  }

  private void batches(ModelCheckpoint callback, int count) {
    for (int batch = 0; batch < count; batch++) {
      Logs logs = new Logs(Map.of("loss", 10.0 - batch));
      callback.onTrainBatchEnd(new Callback.BatchEnd(control, batch, 4, logs));
    }
  }

  /** Trains some epochs of five batches, and returns the names of the saved files. */
  private List<String> namesOf(ModelCheckpoint callback, int epochs, int batches) {
    control.beginTraining(callback);
    for (int epoch = 0; epoch < epochs; epoch++) {
      callback.onEpochBegin(new Callback.EpochBegin(control, epoch));
      batches(callback, batches);
      Logs logs = new Logs(Map.of("loss", 1.0, "val_loss", 10.0 - epoch));
      callback.onEpochEnd(new Callback.EpochEnd(control, epoch, logs));
    }
    control.endTraining(callback);
    return names(control.savedModels());
  }

  private static List<String> names(List<FakeTrainingControl.SavedModel> models) {
    return models.stream().map(model -> model.file().getFileName().toString()).toList();
  }

  @Test
  void namesFilesByEpochAndMetrics() {
    assertThat(namesOf(template("model-{epoch:02d}-{val_loss:.3f}.safetensors"), 2, 1))
        .containsExactly("model-01-10.000.safetensors", "model-02-9.000.safetensors");
  }

  @Test
  void savesEveryFewEpochs() {
    assertThat(namesOf(template("{epoch}.safetensors").everyEpochs(3), 7, 1))
        .containsExactly("3.safetensors", "6.safetensors");
  }

  /** Keras' cases 8a and 10. */
  @Test
  void savesEveryFewStepsCountedThroughEpochs() {
    assertThat(namesOf(template("{epoch}.safetensors").everySteps(15), 10, 5))
        .containsExactly("3.safetensors", "6.safetensors", "9.safetensors");
    assertThat(namesOf(template("{epoch}-{batch}.safetensors").everySteps(4), 3, 5))
        .endsWith("1-4.safetensors", "2-3.safetensors", "3-2.safetensors")
        .hasSize(6);
  }

  @Test
  void namesFilesByBatchWithinAnEpoch() {
    ModelCheckpoint callback = template("{epoch}-{batch:02d}-{loss:.1f}.safetensors");
    assertThat(namesOf(callback.everySteps(1), 2, 2))
        .containsExactly(
            "1-01-10.0.safetensors",
            "1-02-9.0.safetensors",
            "2-01-10.0.safetensors",
            "2-02-9.0.safetensors");
    assertThat(control.savedModels().get(1).metadata())
        .isEqualTo(Map.of("epoch", "1", "batch", "2", "loss", "9.0"));
  }

  @Test
  void countsStepsThroughAnInterruption() {
    ModelCheckpoint before = template("{epoch}-{batch}.safetensors").everySteps(4);
    control.beginTraining(before);
    batches(before, 3);

    ModelCheckpoint after = template("{epoch}-{batch}.safetensors").everySteps(4);
    control.beginTraining(after);
    after.restoreState(before.state());
    batches(after, 1);

    assertThat(names(control.savedModels())).containsExactly("1-1.safetensors");
  }

  /** Ends epochs with these losses, with the files that a trainer would have written. */
  private void endEpochs(ModelCheckpoint callback, double... losses) throws IOException {
    for (double loss : losses) {
      control.endEpoch(callback, Map.of("val_loss", loss));
      int count = control.savedModels().size();
      if (count > 0) {
        Path last = control.savedModels().get(count - 1).file();
        if (callback.keptFiles().contains(last)) {
          Files.writeString(last, "a model");
        }
      }
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void keepsTheBestModelsAndDeletesTheOthers() throws IOException {
    ModelCheckpoint callback = template("{epoch}.safetensors").keepBest(2).verbose(true);
    control.beginTraining(callback);
    endEpochs(callback, 3, 5, 4, 6, 1, 1);

    assertThat(saved()).containsExactly(1, 2, 3, 5, 6);
    assertThat(files()).containsExactly("5.safetensors", "6.safetensors");
    assertThat(callback.keptFiles())
        .containsExactly(folder.resolve("5.safetensors"), folder.resolve("6.safetensors"));
    assertThat(callback.best()).isEqualTo(1);
    assertThat(control.messages())
        .element(3)
        .isEqualTo("Epoch 4: val_loss of 6.00000 is not among the best 2");
  }

  @Test
  void keepsTheLastImprovementsIfOnlyTheBestIsSaved() throws IOException {
    ModelCheckpoint callback = template("{epoch}.safetensors").saveBestOnly(true).keepBest(2);
    control.beginTraining(callback);
    endEpochs(callback, 5, 3, 4, 2);

    assertThat(saved()).containsExactly(1, 2, 4);
    assertThat(files()).containsExactly("2.safetensors", "4.safetensors");
  }

  @Test
  void keepsNumbersRatherThanNaN() throws IOException {
    ModelCheckpoint callback = template("{epoch}.safetensors").keepBest(2);
    control.beginTraining(callback);
    endEpochs(callback, Double.NaN, Double.NaN, 9, Double.NaN, 8);

    assertThat(files()).containsExactly("3.safetensors", "5.safetensors");
  }

  @Test
  void aResumedTrainingKnowsTheKeptModels() throws IOException {
    ModelCheckpoint before = template("{epoch}-{val_loss:.1f}.safetensors").keepBest(2);
    control.beginTraining(before);
    endEpochs(before, 3, 5);

    ModelCheckpoint after = template("{epoch}-{val_loss:.1f}.safetensors").keepBest(2);
    after.onTrainBegin(new Callback.TrainBegin(control, 2, 4, 1));
    after.restoreState(before.state());
    endEpochs(after, 4, 6);

    assertThat(files()).containsExactly("1-3.0.safetensors", "3-4.0.safetensors");
  }

  /** A checkpoint may come from anywhere; what it names would be deleted. */
  @Test
  void ignoresKeptFilesThatTheTemplateCannotName() throws IOException {
    Path other = Files.writeString(folder.resolve("thesis.safetensors"), "years of work");
    Path outside = folder.resolve("1").resolve("..").resolve("2.safetensors");
    ModelCheckpoint callback = template("{epoch}.safetensors").keepBest(1);
    control.beginTraining(callback);
    callback.restoreState(
        CallbackState.of(
            Map.of("kept.0.file", other.toString(), "kept.1.file", outside.toString())));
    assertThat(callback.keptFiles()).isEmpty();
    endEpochs(callback, 1);

    assertThat(other).exists();
  }

  @Test
  void savesWeightsWithoutTheModel() {
    ModelCheckpoint callback = best().weightsOnly(true);
    assertThat(train(callback, "val_loss", 1, 2)).isEmpty();
    assertThat(names(control.savedWeights())).containsExactly("best.safetensors");
    assertThat(callback.savesModel()).isFalse();
  }

  @Test
  void skipsAnEpochWithoutTheValueInTheName() {
    ModelCheckpoint callback = template("{val_loss:.1f}.safetensors");
    assertThat(train(callback, List.of(Map.of("loss", 1.0), Map.of("loss", 1.0, "val_loss", 2.0))))
        .containsExactly(2);
    assertThat(control.messages())
        .containsExactly(
            "ModelCheckpoint names files by val_loss, and one of them has no value in this epoch,"
                + " so the model is not saved. Available: loss.");
  }

  @Test
  void dependsOnTheValuesInTheNameAndThoseThatRankModels() {
    assertThat(template("{epoch}-{val_f1:.2f}.safetensors").monitoredLogs())
        .containsExactly("val_f1");
    assertThat(template("{epoch}.safetensors").keepBest(3).monitoredLogs())
        .containsExactly("val_loss");
  }

  @Test
  void rejectsAFolderThatCannotBeWrittenBeforeTheFirstStep() throws IOException {
    Files.writeString(folder.resolve("run"), "a file");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> control.beginTraining(best()))
        .withMessageStartingWith(
            "ModelCheckpoint cannot write to the folder " + folder.resolve("run") + ": ")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_WRITABLE));
    Files.createDirectory(folder.resolve("a.safetensors"));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> control.beginTraining(template("a.safetensors")))
        .withMessageContaining("is a folder");
  }

  @Test
  void rejectsSettingsThatContradictEachOtherBeforeTheFirstStep() {
    assertInconsistent(best().keepBest(3), "keeps the best 3 models, but calls all of them");
    assertInconsistent(
        template("{batch}.safetensors"), "names files by batch (", "saves at the end of epochs");
    assertInconsistent(
        template("{val_loss}.safetensors").everySteps(3),
        "names files by val_loss (",
        "which is unknown within an epoch");
  }

  private void assertInconsistent(ModelCheckpoint callback, String... parts) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> control.beginTraining(callback))
        .withMessageStartingWith("ModelCheckpoint " + parts[0])
        .satisfies(e -> assertThat(e.getMessage()).contains(parts))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelCheckpoint.to(Path.of("best.h5")))
        .withMessageStartingWith(
            "The model file \"best.h5\" of ModelCheckpoint does not end with .safetensors.");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> best().everyEpochs(0))
        .withMessageContaining("number of epochs of 0");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> best().everySteps(0))
        .withMessageContaining("number of steps of 0");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> best().keepBest(-1))
        .withMessageContaining("number of kept models of -1");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> ModelCheckpoint.to(Path.of("")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> best().initialValueThreshold(Double.NaN))
        .withMessage(
            "ModelCheckpoint does not work with a initialValueThreshold of NaN. Give a"
                + " number, or omit it. [ESP-401]");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> best().monitor(" "))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING));
  }

  @Test
  void settingsAreShown() {
    assertThat(best())
        .hasToString(
            "ModelCheckpoint[template="
                + file()
                + ", monitor=Monitor[key=val_loss, mode=null, minDelta=0.0], saveBestOnly=true,"
                + " epochs=1, steps=0, kept=0, weightsOnly=false, initialValueThreshold=null,"
                + " metadata={}, verbose=false]");
  }
}
