package dev.espalier.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.schedule.ConstantLearningRate;
import dev.espalier.schedule.LearningRateSchedule;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Expected numbers were computed by Keras 3.15.1 on TensorFlow: one weight from 1.0, gradients .5,
 * .25, -.1, 0, .3. It computes in 32 bits, these tests in 64.
 */
class AdamTest {
  private static final double[] GRADIENTS = {.5, .25, -.1, 0, .3};
  private static final double RATE = .1;

  /** Runs five steps; a learning rate holds from its step on. */
  static void assertSequence(Optimizer optimizer, Map<Integer, Double> rates, double... expected) {
    OptimizerStep step = new OptimizerStep(optimizer);
    double rate = RATE;
    for (int i = 0; i < GRADIENTS.length; i++) {
      rate = rates.getOrDefault(i, rate);
      assertThat(step.run(GRADIENTS[i], rate))
          .as("after step %d of %s", i, optimizer)
          .isCloseTo(expected[i], within(1e-5));
    }
  }

  private static void assertSequence(Adam optimizer, double... expected) {
    assertSequence(optimizer, Map.of(), expected);
  }

  private static Adam adam() {
    return Adam.of(RATE);
  }

  @Test
  void standard() {
    assertSequence(adam(), .90000128, .80678480, .74711424, .69823604, .63620489);
  }

  @Test
  void amsgradDividesByTheLargest() {
    assertSequence(adam().amsgrad(true), .90000128, .80678480, .74711424, .69826048, .63622933);
    assertSequence(
        adam().beta2(.5).amsgrad(true), .90000003, .80975574, .75801229, .72002691, .67044854);
  }

  @Test
  void otherMeansAndEpsilon() {
    assertSequence(
        adam().beta1(.5).beta2(.9).epsilon(.01),
        .90594834,
        .82502937,
        .79937577,
        .78520423,
        .72508263);
    assertSequence(adam().beta1(0), .90000128, .83674722, .86725801, .86725801, .76276439);
    assertSequence(
        adam().beta2(0).epsilon(.01), .90196079, .76026046, .58246785, -.8045628, -.8620115);
  }

  @Test
  void learningRateChangesFromOneStepToTheNext() {
    assertSequence(
        adam(), Map.of(2, .01, 4, 1.0), .90000128, .80678480, .80081772, .79592990, .17561817);
  }

  @Test
  void firstStepIsTheLearningRateWhateverTheGradient() {
    // A test of Keras: gradients 1, 6, 7, 2 all take the rate of .5 off.
    for (double gradient : new double[] {1, 6, 7, 2}) {
      assertThat(new OptimizerStep(Adam.of(.5)).run(gradient, .5)).isCloseTo(.5, within(1e-5));
      assertThat(new OptimizerStep(Adam.of(.5)).run(-gradient, .5)).isCloseTo(1.5, within(1e-5));
    }
  }

  @Test
  void slotsAreTheMeansAndTheStep() {
    assertThat(new OptimizerStep(adam()).slots())
        .containsExactlyInAnyOrder("momentum", "velocity", "step");
    assertThat(new OptimizerStep(adam().amsgrad(true)).slots())
        .containsExactlyInAnyOrder("momentum", "velocity", "velocity_hat", "step");
  }

  @Test
  void learningRateMayFollowASchedule() {
    LearningRateSchedule halving = progress -> Math.pow(.5, (double) progress.step());

    assertThat(Adam.of(halving).beta1(.5).learningRate().at(SgdTest.step(2))).isEqualTo(.25);
    assertThat(Adam.of(.001).learningRate()).isEqualTo(new ConstantLearningRate(.001));
  }

  @Test
  void defaultsAreKeras() {
    Adam adam = Adam.of(.001);

    assertThat(adam.beta1()).isEqualTo(.9);
    assertThat(adam.beta2()).isEqualTo(.999);
    assertThat(adam.epsilon()).isEqualTo(1e-7);
    assertThat(adam.amsgrad()).isFalse();
    assertThat(adam.name()).isEqualTo("adam");
  }

  @Test
  void settingsAreChecked() {
    assertRefused(() -> adam().beta1(1), "The beta1 of Adam cannot be 1.0.");
    assertRefused(() -> adam().beta1(-.1), "The beta1 of Adam cannot be -0.1.");
    assertRefused(() -> adam().beta2(Double.NaN), "The beta2 of Adam cannot be NaN.");
    assertRefused(() -> adam().beta2(1 - 1e-12), "The beta2 of Adam cannot be 0.999999999999.");
    assertRefused(() -> adam().epsilon(0), "The epsilon of Adam cannot be 0.0.");
    assertRefused(() -> adam().epsilon(-1e-7), "The epsilon of Adam cannot be -1.0E-7.");
    assertRefused(() -> adam().epsilon(1e-60), "The epsilon of Adam cannot be 1.0E-60.");
    assertRefused(() -> Adam.of(-1), "The learning rate -1.0 is invalid.");
  }

  static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String start) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageStartingWith(start);
  }
}
