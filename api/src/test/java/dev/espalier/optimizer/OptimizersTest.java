package dev.espalier.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.schedule.CosineDecay;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.Span;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What optimizers refuse and where they differ; their steps are compared with Keras' on engines.
 */
class OptimizersTest {
  private static final List<Optimizer> ALL =
      List.of(
          RmsProp.of(.1),
          Adagrad.of(.1),
          Adadelta.of(.1),
          Adamax.of(.1),
          Nadam.of(.1),
          Lion.of(.1),
          Lamb.of(.1),
          Ftrl.of(.1));

  @Test
  void namesAreThoseUsersWrite() {
    assertThat(ALL)
        .extracting(Optimizer::name)
        .containsExactly(
            "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "lion", "lamb", "ftrl");
  }

  @Test
  void learningRatesMayFollowASchedule() {
    LearningRateSchedule schedule = CosineDecay.of(.1, Span.epochs(3));
    assertThat(
            List.of(
                RmsProp.of(schedule),
                Adagrad.of(schedule),
                Adadelta.of(schedule),
                Adamax.of(schedule),
                Nadam.of(schedule),
                Lion.of(schedule),
                Lamb.of(schedule),
                Ftrl.of(schedule),
                RmsProp.of(.1).learningRate(schedule),
                Ftrl.of(.1).learningRate(schedule)))
        .allMatch(optimizer -> optimizer.learningRate() == schedule);
  }

  @Test
  void aLionMovesByTheLearningRateUnlessTheGradientIsZero() {
    OptimizerStep step = new OptimizerStep(Lion.of(.1));
    assertThat(step.run(1e-6, .1)).isCloseTo(.9, within(1e-6));
    assertThat(step.run(-50, .1)).isCloseTo(1, within(1e-6));
    assertThat(new OptimizerStep(Lion.of(.1)).run(0, .1)).isEqualTo(1);
    assertThat(new OptimizerStep(Lion.of(.1)).run(Double.NaN, .1)).isNaN();
  }

  @Test
  void lambMovesByAFractionOfTheWeight() {
    OptimizerStep step = new OptimizerStep(Lamb.of(.1));
    assertThat(step.run(.5, .1)).isCloseTo(.9, within(1e-6));
    assertThat(step.run(.5, .1)).isCloseTo(.81, within(1e-6));
  }

  /** One weight from 1, gradients .5, .25, -.1, 0, .3; computed by Keras 3.15.1. */
  @Test
  void rmsPropFollowsKerasStepByStep() {
    AdamTest.assertSequence(
        RmsProp.of(.1), Map.of(), .6837729, .5363312, .5973305, .5973305, .4263031);
    AdamTest.assertSequence(
        RmsProp.of(.1).momentum(.9).epsilon(1e-3),
        Map.of(),
        .6899132,
        .2658922,
        -.0558313,
        -.3453825,
        -.7742929);
    AdamTest.assertSequence(
        RmsProp.of(.1).centered(true), Map.of(), .6666674, .5047867, .5692477, .5692477, .3811962);
  }

  @Test
  void settingsAreChecked() {
    assertRefused(
        () -> RmsProp.of(.1).rho(1),
        "The rho of RMSprop cannot be 1.0. Give a number from 0 to less than 1, such as 0.9.");
    assertRefused(
        () -> RmsProp.of(.1).momentum(-.1),
        "The momentum of RMSprop cannot be -0.1. Give a number from 0 to less than 1, such as 0.9.");
    assertRefused(
        () -> RmsProp.of(.1).weightDecay(-1),
        "The weight decay of RMSprop cannot be -1.0. Give a number of 0 or more, such as 0.004.");
    assertRefused(
        () -> Adagrad.of(.1).initialAccumulatorValue(-1),
        "The initial accumulator value of Adagrad cannot be -1.0. Give a number of 0 or more, such"
            + " as 0.1.");
    assertRefused(
        () -> Adadelta.of(.1).epsilon(0),
        "The epsilon of Adadelta cannot be 0.0. Give a number above 0, such as 1e-7.");
    assertRefused(
        () -> Adamax.of(.1).beta1(-1),
        "The beta1 of Adamax cannot be -1.0. Give a number from 0 to less than 1, such as 0.9.");
    assertRefused(
        () -> Nadam.of(.1).beta2(Double.NaN),
        "The beta2 of Nadam cannot be NaN. Give a number from 0 to less than 1, such as 0.9.");
    assertRefused(
        () -> Lion.of(.1).beta1(0),
        "The beta1 of Lion cannot be 0.0. Give a number above 0, up to 1, such as 0.9.");
    assertRefused(
        () -> Lamb.of(.1).beta2(1),
        "The beta2 of LAMB cannot be 1.0. Give a number from 0 to less than 1, such as 0.9.");
    assertRefused(
        () -> Ftrl.of(.1).learningRatePower(.5),
        "The learning rate power of FTRL cannot be 0.5. Give a number of 0 or less, such as -0.5.");
    assertRefused(
        () -> Ftrl.of(.1).l1(-1),
        "The l1 of FTRL cannot be -1.0. Give a number of 0 or more, such as 0.0.");
  }

  private static void assertRefused(Supplier<Optimizer> made, String message) {
    assertThatThrownBy(made::get)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessage(message + " [ESP-401]");
  }
}
