package dev.espalier.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the tests of Keras ask of its optimizers, and traces that it was run for. */
class KerasOptimizerTestsTest {
  /** As precisely as the tests of Keras compare. */
  private static final double FOUR_DIGITS = 5e-4;

  private static double once(Optimizer optimizer, double gradient, double rate) {
    return new OptimizerStep(optimizer).run(gradient, rate);
  }

  /** The first weight of [1, 2, 3, 4] with each of the gradients. */
  @Test
  void oneStepFromOne() {
    for (double gradient : new double[] {1, 6, 7, 2}) {
      assertThat(once(Sgd.of(.5), gradient, .5)).isCloseTo(1 - gradient / 2, within(1e-6));
      assertThat(once(Adam.of(.5), gradient, .5)).isCloseTo(.5, within(1e-5));
      assertThat(once(AdamW.of(.5), gradient, .5)).isCloseTo(.498, within(1e-5));
      assertThat(once(RmsProp.of(.5), gradient, .5)).isCloseTo(-.5811, within(1e-4));
    }
  }

  /** A weight of 2 becomes 1.9760959; so a weight of 1 becomes half of that. */
  @Test
  void weightsDecayWithoutAGradientUnlessTheyAreExcluded() {
    List<Optimizer> decaying =
        List.of(
            Sgd.of(1).weightDecay(.004),
            AdamW.of(1).weightDecay(.004),
            RmsProp.of(1).weightDecay(.004));
    for (Optimizer optimizer : decaying) {
      OptimizerStep step = new OptimizerStep(optimizer);
      step.run(0, 1);
      step.run(0, 1);
      assertThat(step.run(0, 1)).as(optimizer.name()).isCloseTo(1.9760959 / 2, within(1e-6));
    }
    assertThat(once(Sgd.of(1).weightDecay(.004).excludeFromWeightDecay("w"), 0, 1)).isEqualTo(1);
    assertThat(once(AdamW.of(1).weightDecay(.004).excludeFromWeightDecay("w"), 0, 1)).isEqualTo(1);
  }

  private static void assertFiveSteps(
      Optimizer optimizer, double rate, double gradient, double... expected) {
    OptimizerStep step = new OptimizerStep(optimizer);
    for (int i = 0; i < expected.length; i++) {
      assertThat(step.run(i == 0 ? .01 : gradient, rate))
          .as("%s, gradient %s, step %d", optimizer.name(), gradient, i)
          .isCloseTo(expected[i], within(FOUR_DIGITS));
    }
  }

  /** Ten weights from 1: a gradient of 0.01 first, then 0.1 for the first and 1 for the last. */
  @Test
  void fiveStepsWithGradientsThatGrow() {
    assertFiveSteps(Sgd.of(.01).nesterov(), .01, .1, .9999, .9989, .9979, .9969, .9959);
    assertFiveSteps(Sgd.of(.01).nesterov(), .01, 1, .9999, .9899, .9799, .9699, .9599);
    for (double gradient : new double[] {.1, 1}) {
      assertFiveSteps(
          Adam.of(.001).amsgrad(true), .001, gradient, .999, .9982, .9974, .9965, .9955);
      assertFiveSteps(
          RmsProp.of(.001).centered(true), .001, gradient, .9967, .9933, .9908, .9885, .9864);
    }
    Optimizer adamW = AdamW.of(1).weightDecay(.5).epsilon(2);
    assertFiveSteps(adamW, 1, .1, .4998, .2486, .1223, .0586, .0263);
    assertFiveSteps(adamW, 1, 1, .4998, .2382, .1003, .0258, -.0159);
  }

  /** Weights of .9, .85, .87, .87, .81. */
  @Test
  void theMovingAverageStartsWithTheWeightAfterTheFirstStep() {
    OptimizerStep step = new OptimizerStep(WeightAveraging.of(Sgd.of(.2)).momentum(.9));
    double[] gradients = {.5, .25, -.1, 0, .3};
    double[] averages = {.9, .895, .8925, .89025, .882225};
    for (int i = 0; i < gradients.length; i++) {
      step.run(gradients[i], .2);
      assertThat(step.slot(WeightAveraging.SLOT))
          .as("step %d", i)
          .isCloseTo(averages[i], within(1e-6));
    }
  }

  /** The weight goes on from its average after every second update. */
  @Test
  void theMovingAverageOverwritesTheWeightAfterEachSoManySteps() {
    OptimizerStep step =
        new OptimizerStep(WeightAveraging.of(Sgd.of(.2)).momentum(.9).overwriteFrequency(2));
    double[] gradients = {.5, .25, -.1, 0, .3};
    double[] weights = {.9, .895, .915, .8988, .8388};
    double[] averages = {.9, .895, .897, .8988, .8928};
    for (int i = 0; i < gradients.length; i++) {
      assertThat(step.run(gradients[i], .2)).as("step %d", i).isCloseTo(weights[i], within(1e-6));
      assertThat(step.slot(WeightAveraging.SLOT))
          .as("step %d", i)
          .isCloseTo(averages[i], within(1e-6));
    }
  }

  /** From 3 to 1.71 in Keras' test, which is the same change. */
  @Test
  void theMovingAverageOverwritesTheWeightAfterThreeSteps() {
    OptimizerStep step =
        new OptimizerStep(WeightAveraging.of(Sgd.of(1)).momentum(.9).overwriteFrequency(3));
    double[] weights = {0, -1, -.29};
    double[] averages = {0, -.1, -.29};
    for (int i = 0; i < weights.length; i++) {
      assertThat(step.run(1, 1)).as("step %d", i).isCloseTo(weights[i], within(1e-6));
      assertThat(step.slot(WeightAveraging.SLOT))
          .as("step %d", i)
          .isCloseTo(averages[i], within(1e-6));
    }
  }

  @Test
  void averagesOverwriteAfterOneUpdateOrMore() {
    WeightAveraging averaging = WeightAveraging.of(Sgd.of(.2));
    assertThat(averaging.overwriteFrequency()).isZero();
    assertThatThrownBy(() -> averaging.overwriteFrequency(-1))
        .hasMessageContaining("Weights cannot be overwritten with their averages every -1 updates.")
        .hasMessageContaining("Give 1 or more, such as 100, or 0 for never.");
  }
}
