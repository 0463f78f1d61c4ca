package dev.espalier.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.schedule.ConstantLearningRate;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.schedule.TrainingProgress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected numbers were computed by Keras: one weight from 1.0, gradients .5, .25, -.1, 0, .3. */
class SgdTest {
  private static final double[] GRADIENTS = {.5, .25, -.1, 0, .3};

  @Test
  void plain() {
    assertSequence(Sgd.of(.005), .9975, .99625, .99675, .99675, .99525);
  }

  @Test
  void momentum() {
    assertSequence(Sgd.of(.2).momentum(.1), .9, .84, .854, .8554, .79554);
  }

  @Test
  void nesterov() {
    assertSequence(Sgd.of(.2).momentum(.1).nesterov(), .89, .834, .8554, .85554, .789554);
    assertSequence(Sgd.of(.2).momentum(.9).nesterov(), .81, .634, .5586, .47274, .281466);
  }

  @Test
  void nesterovWithoutMomentumIsPlain() {
    assertSequence(Sgd.of(.005).nesterov(), .9975, .99625, .99675, .99675, .99525);
    assertThat(new OptimizerStep(Sgd.of(.005).nesterov()).slots()).isEmpty();
  }

  @Test
  void weightDecay() {
    assertSequence(Sgd.of(.2).weightDecay(.01), .898, .846204, .8645116, .8627826, .801057);
    assertSequence(
        Sgd.of(.2).momentum(.1).nesterov().weightDecay(.01),
        .888,
        .830224,
        .8499636,
        .8484037,
        .7807209);
  }

  @Test
  void learningRateIsPartOfTheVelocity() {
    OptimizerStep step = new OptimizerStep(Sgd.of(1).momentum(.5));
    step.run(1, 1);
    // The rate falls to a tenth; the velocity of the first step keeps its own rate.
    assertThat(step.run(1, .1)).isCloseTo(1 - 1 - .5 - .1, within(1e-6));
  }

  @Test
  void constantLearningRateMayBeAWholeNumber() {
    assertThat(Sgd.of(1).learningRate()).isEqualTo(new ConstantLearningRate(1.0));
  }

  @Test
  void learningRateMayFollowASchedule() {
    LearningRateSchedule halving = progress -> Math.pow(.5, (double) progress.step());
    assertThat(Sgd.of(halving).momentum(.9).learningRate().at(step(2))).isEqualTo(.25);
  }

  @Test
  void eachSettingLeavesTheOthersAlone() {
    LearningRateSchedule rate = LearningRateSchedule.constant(.3);
    assertThat(
            Sgd.of(.2)
                .excludeFromWeightDecay("bias")
                .weightDecay(.1)
                .nesterov()
                .momentum(.9)
                .learningRate(rate))
        .isEqualTo(new Sgd(rate, .9, true, .1, List.of("bias")));
  }

  @Test
  void settingsAreChecked() {
    assertRefused(() -> Sgd.of(.1).momentum(1.1), "The momentum of SGD cannot be 1.1.");
    assertRefused(() -> Sgd.of(.1).momentum(-.1), "The momentum of SGD cannot be -0.1.");
    assertRefused(() -> Sgd.of(.1).momentum(Double.NaN), "The momentum of SGD cannot be NaN.");
    assertRefused(() -> Sgd.of(.1).weightDecay(-1), "The weight decay of SGD cannot be -1.0.");
    assertRefused(() -> Sgd.of(-1), "The learning rate -1.0 is invalid.");
    assertRefused(() -> Sgd.of(Double.NaN), "The learning rate NaN is invalid.");
    assertRefused(() -> Sgd.of(1e300), "The learning rate 1.0E300 is invalid.");
    assertThat(Sgd.of(0).momentum(1).name()).isEqualTo("sgd");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String start) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageStartingWith(start);
  }

  private static void assertSequence(Sgd optimizer, double... expected) {
    OptimizerStep step = new OptimizerStep(optimizer);
    for (int i = 0; i < GRADIENTS.length; i++) {
      double weight = step.run(GRADIENTS[i], optimizer.learningRate().at(step(i)));
      assertThat(weight).as("step %d", i).isCloseTo(expected[i], within(1e-6));
    }
  }

  static TrainingProgress step(long step) {
    return new TrainingProgress(step, 1);
  }
}
