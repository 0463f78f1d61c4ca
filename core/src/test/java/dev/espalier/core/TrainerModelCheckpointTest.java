package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callbacks.EarlyStopping;
import dev.espalier.callbacks.LambdaCallback;
import dev.espalier.callbacks.ModelCheckpoint;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.metric.Goal;
import dev.espalier.model.Weights;
import dev.espalier.training.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The model of the best epoch, as a file. */
@Tag("native")
class TrainerModelCheckpointTest extends InterruptedTraining {
  private final EngineProvider engine = new TensorFlowEngineProvider();

  private Path best() {
    return folder.resolve("models/best.safetensors");
  }

  /** The loss falls, so that with the direction turned round the first epoch is the best. */
  private ModelCheckpoint keepsTheFirst() {
    return ModelCheckpoint.to(best()).mode(Goal.MAX).saveBestOnly(true);
  }

  private static ModelFile read(Path file) {
    return ModelFile.read(file, PluginRegistry.discover());
  }

  @Test
  void theFileHoldsTheModelAsItWasAfterThatEpoch() {
    train(engine, CONFIG, fit -> fit.callbacks(keepsTheFirst()));
    Result oneEpoch = train(engine, CONFIG, fit -> fit.epochs(1));

    ModelFile file = read(best());
    assertThat(file.model().weights().differences(oneEpoch.weights())).isEmpty();
    assertThat(file.classNames()).isEqualTo(IMAGES.classNames());
    assertThat(file.metadata())
        .containsEntry("epoch", "1")
        .containsKeys("val_loss", "val_accuracy");
  }

  @Test
  void aResumedTrainingDoesNotReplaceTheBestWithAWorseOne() {
    assertPowerFailure(
        engine, CONFIG, fit -> fit.callbacks(keepsTheFirst(), backup(2), PowerFailure.at(1, 3)));
    train(engine, CONFIG, fit -> fit.callbacks(keepsTheFirst(), backup(2)));

    assertThat(read(best()).metadata()).containsEntry("epoch", "1");
  }

  /** No epoch was judged, so that there is no best one, and the failure is what is told. */
  @Test
  void aTrainingThatFailsInItsFirstEpochHasNoBestModel() {
    EarlyStopping stopping = EarlyStopping.on("val_loss").restoreBestWeights(true);
    assertThatThrownBy(
            () ->
                train(
                    engine,
                    CONFIG,
                    fit -> fit.callbacks(keepsTheFirst(), stopping, PowerFailure.at(0, 2))))
        .hasMessageContaining("lights go out");

    assertThat(best()).doesNotExist();
    assertThat(best().getParent()).isEmptyDirectory();
  }

  /** Its epoch ends after the step, with a validation, and is the best so far. */
  @Test
  void aTrainingThatIsStoppedInItsFirstEpochHasABestModel() {
    Result stopped =
        train(
            engine,
            CONFIG,
            fit ->
                fit.callbacks(
                    keepsTheFirst(),
                    LambdaCallback.of(
                        hooks ->
                            hooks.onTrainBatchEnd(
                                event -> event.control().requestStop("enough")))));

    assertThat(read(best()).model().weights().differences(stopped.weights())).isEmpty();
    assertThat(read(best()).metadata()).containsEntry("epoch", "1");
  }

  private ModelCheckpoint best(int count) {
    String template = folder.resolve("models/{epoch:02d}-{val_loss:.4f}.safetensors").toString();
    return ModelCheckpoint.toTemplate(template).mode(Goal.MAX).keepBest(count);
  }

  private List<String> models() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("models"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** The loss falls, so that the first epochs are those with the largest. */
  @Test
  void aResumedTrainingKeepsTheSameModels() throws IOException {
    train(engine, CONFIG, fit -> fit.callbacks(best(2)));
    List<String> whole = models();
    assertThat(whole).hasSize(2).element(0).asString().startsWith("01-");
    for (String name : whole) {
      Files.delete(folder.resolve("models").resolve(name));
    }
    assertPowerFailure(
        engine, CONFIG, fit -> fit.callbacks(best(2), backup(2), PowerFailure.at(3, 1)));
    train(engine, CONFIG, fit -> fit.callbacks(best(2), backup(2)));

    assertThat(models()).isEqualTo(whole);
    assertThat(read(folder.resolve("models").resolve(whole.get(1))).metadata())
        .containsEntry("epoch", "2");
  }

  @Test
  void weightsAloneAreThoseOfTheModel() {
    Path file = folder.resolve("weights.safetensors");
    Result result =
        train(
            new ScriptedEngine(),
            CONFIG,
            fit -> fit.epochs(1).callbacks(ModelCheckpoint.to(file).weightsOnly(true)));

    Weights read = PluginRegistry.discover().readWeights(file);
    assertThat(read.differences(result.weights())).isEmpty();
    assertThat(read.metadata()).containsEntry("epoch", "1").doesNotContainKey("espalier");
  }

  @Test
  void aModelThatCannotBeWrittenLaterDoesNotEndTheTraining() throws IOException {
    Path models = folder.resolve("models");
    Callback blocksTheNext =
        new Callback() {
          @Override
          public void onEpochBegin(EpochBegin event) {
            try {
              if (event.epoch() == 1) {
                Files.createDirectories(models.resolve("2.safetensors"));
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Result result =
        train(
            new ScriptedEngine(),
            CONFIG,
            fit ->
                fit.callbacks(
                        blocksTheNext,
                        ModelCheckpoint.toTemplate(
                            models.resolve("{epoch}.safetensors").toString()))
                    .verbosity(Verbosity.LINE)
                    .output(new PrintStream(printed, true, StandardCharsets.UTF_8)));

    assertThat(result.history().epochs()).hasSize(EPOCHS);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("The model was not saved; training continues. The file " + models);
    assertThat(models()).contains("1.safetensors", "3.safetensors", "4.safetensors");
  }

  @Test
  void aNameInATemplateThatTheLogsDoNotHaveIsRefusedBeforeTheFirstStep() {
    ScriptedEngine scripted = new ScriptedEngine();
    String template = folder.resolve("{val_acuracy:.2f}.safetensors").toString();

    assertThatThrownBy(
            () ->
                train(scripted, CONFIG, fit -> fit.callbacks(ModelCheckpoint.toTemplate(template))))
        .hasMessageContaining("monitors \"val_acuracy\", which is not in the logs")
        .hasMessageContaining("nearest first: val_accuracy");
    assertThat(scripted.trainingSteps).isEmpty();
  }
}
