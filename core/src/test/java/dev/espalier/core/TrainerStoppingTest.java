package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.callback.Callback;
import dev.espalier.callbacks.EarlyStopping;
import dev.espalier.callbacks.TerminateOnNaN;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Flatten;
import dev.espalier.layer.Input;
import dev.espalier.loss.Losses;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.FitOptions;
import dev.espalier.training.History;
import dev.espalier.training.TrainingConfig;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Callbacks that end a training, in one whose losses are written down. */
class TrainerStoppingTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ScriptedEngine engine = new ScriptedEngine();
  private int steps;

  private Trainer trainer() {
    return Trainer.of(
        Sequential.of(
            Input.image(SmallImages.SIDE, SmallImages.SIDE, 3),
            Flatten.create(),
            Dense.of(SmallImages.CLASSES).named("head")),
        TrainingConfig.of(
            settings -> settings.optimizer(Sgd.of(0.1)).loss(Losses.categoricalCrossentropy())),
        Engines.with(engine));
  }

  /**
   * Makes each step of one sample give the next of these losses, and the bias count the steps: the
   * weights after step 3 have a bias of 3.
   */
  private void losses(double... losses) {
    engine.returning(
        (program, output, run, size) -> {
          double loss = losses[steps++];
          engine.variables.put(
              "head/bias",
              HostArray.filled(
                  engine.variables.get("head/bias").type().withShape(Shape.of(3)), steps));
          return loss;
        });
  }

  private History fit(Trainer trainer, int samples, int epochs, Callback... callbacks) {
    return trainer.fit(
        SmallImages.constant(100, new int[samples]),
        FitOptions.of(
            fit ->
                fit.epochs(epochs)
                    .batchSize(1)
                    .callbacks(callbacks)
                    .output(new PrintStream(printed, true, StandardCharsets.UTF_8))));
  }

  private static int stepOfWeights(Trainer trainer) {
    return (int) trainer.weights().get("head/bias").at(0);
  }

  private List<String> lines() {
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** djl#3722, keras#12511 (it never fires). */
  @Test
  void stopsAfterPatienceAndTheTrainerHasTheBestWeights() {
    losses(.9, .5, .7, .6, .1);
    EarlyStopping callback =
        EarlyStopping.on("loss").patience(2).restoreBestWeights(true).verbose(true);
    try (Trainer trainer = trainer()) {
      History history = fit(trainer, 1, 5, callback);

      assertThat(history.epochs()).hasSize(4);
      assertThat(history.stopReason())
          .isEqualTo("loss has not improved for 2 epochs (EarlyStopping)");
      assertThat(stepOfWeights(trainer)).isEqualTo(2);
      assertThat(lines().subList(lines().size() - 2, lines().size()))
          .containsExactly(
              "Epoch 4: early stopping",
              "Restoring model weights from the end of the best epoch: 2.");
    }
  }

  /** tensorflow#35634 (the best weights are lost at a normal end). */
  @Test
  void bestWeightsComeBackAtANormalEndAndAnotherFitStartsAfresh() {
    losses(.9, .5, .7, .8, .85, .7, .9, .9, .1);
    EarlyStopping callback = EarlyStopping.on("loss").patience(2).restoreBestWeights(true);
    try (Trainer trainer = trainer()) {
      History first = fit(trainer, 1, 3, callback);
      assertThat(first.stopReason()).isNull();
      assertThat(stepOfWeights(trainer)).isEqualTo(2);

      History second = fit(trainer, 1, 6, callback);
      assertThat(second.epochs()).as("no best of .5 is left over").hasSize(5);
      assertThat(stepOfWeights(trainer)).isEqualTo(6);
    }
  }

  @Test
  void nanEndsTheEpochAtItsBatch() {
    losses(1, 2, Double.NaN, 1, 1, 1);
    try (Trainer trainer = trainer()) {
      History history = fit(trainer, 5, 3, TerminateOnNaN.create());

      assertThat(steps).isEqualTo(3);
      assertThat(history.epochs()).hasSize(1);
      assertThat(history.last("loss")).isNaN();
      assertThat(history.stopReason()).isEqualTo("the loss is NaN (TerminateOnNaN)");
      assertThat(lines()).contains("Batch 2: Invalid loss, terminating training");
    }
  }

  @Test
  void nanFailsTheFitIfAskedToAndTheTrainerCanBeUsedFurther() {
    losses(Double.POSITIVE_INFINITY, 1);
    try (Trainer trainer = trainer()) {
      assertThatThrownBy(() -> fit(trainer, 1, 1, TerminateOnNaN.create().raiseError(true)))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CALLBACK_FAILED))
          .hasMessageStartingWith("The loss is Infinity at batch 0 (TerminateOnNaN).");

      assertThat(fit(trainer, 1, 1).last("loss")).isEqualTo(1);
    }
  }
}
