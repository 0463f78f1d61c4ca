package dev.espalier.optimizer;

import static dev.espalier.optimizer.AdamTest.assertRefused;
import static dev.espalier.optimizer.AdamTest.assertSequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.schedule.LearningRateSchedule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Expected numbers were computed by Keras 3.15.1, as those of {@link AdamTest}. */
class AdamWTest {
  private static AdamW adamW() {
    return AdamW.of(.1).weightDecay(.04);
  }

  @Test
  void decaysBeforeTheStep() {
    assertSequence(adamW(), Map.of(), .89600127, .79920077, .73633342, .68450987, .61974066);
  }

  @Test
  void amsgradDividesByTheLargest() {
    assertSequence(
        adamW().amsgrad(true), Map.of(), .89600127, .79920077, .73633342, .68453431, .61976504);
  }

  @Test
  void decayFollowsTheLearningRate() {
    assertSequence(
        adamW(), Map.of(2, .01, 4, 1.0), .89600127, .79920077, .79291403, .78770905, .13588893);
  }

  @Test
  void withoutDecayItIsAdam() {
    assertSequence(
        adamW().weightDecay(0), Map.of(), .90000128, .80678480, .74711424, .69823604, .63620489);
  }

  @Test
  void decayTouchesWeightsWithoutAGradientToo() {
    // A test of Keras, from 2 there: three steps with a rate of 1 take off .004 each.
    OptimizerStep step = new OptimizerStep(AdamW.of(1));
    step.run(0, 1);
    step.run(0, 1);
    assertThat(step.run(0, 1)).isCloseTo(Math.pow(1 - .004, 3), within(1e-7));
  }

  @Test
  void excludedVariablesKeepTheirSize() {
    AdamW optimizer = AdamW.of(1).excludeFromWeightDecay("bias", "head/kernel");

    assertThat(new OptimizerStep(optimizer, "conv/bias").run(0, 1)).isEqualTo(1);
    assertThat(new OptimizerStep(optimizer, "head/kernel").run(0, 1)).isEqualTo(1);
    assertThat(new OptimizerStep(optimizer, "conv/kernel").run(0, 1)).isCloseTo(.996, within(1e-7));
  }

  @Test
  void defaultsAreKeras() {
    assertThat(AdamW.of(.001))
        .isEqualTo(
            new AdamW(
                new Adam(LearningRateSchedule.constant(.001), .9, .999, 1e-7, false),
                .004,
                List.of()));
    assertThat(AdamW.of(.001).name()).isEqualTo("adamw");
  }

  @Test
  void eachSettingLeavesTheOthersAlone() {
    AdamW all =
        AdamW.of(.2)
            .excludeFromWeightDecay("bias")
            .weightDecay(.3)
            .amsgrad(true)
            .epsilon(.4)
            .beta2(.5)
            .beta1(.6)
            .learningRate(LearningRateSchedule.constant(.7));

    assertThat(all)
        .isEqualTo(
            new AdamW(
                new Adam(LearningRateSchedule.constant(.7), .6, .5, .4, true),
                .3,
                List.of("bias")));
    assertThat(all.learningRate()).isEqualTo(LearningRateSchedule.constant(.7));
    assertThat(Adam.of(.2).amsgrad(true).epsilon(.4).beta2(.5).beta1(.6))
        .isEqualTo(new Adam(LearningRateSchedule.constant(.2), .6, .5, .4, true));
  }

  @Test
  void settingsAreChecked() {
    assertRefused(() -> adamW().beta1(1), "The beta1 of Adam cannot be 1.0.");
    assertRefused(() -> adamW().epsilon(0), "The epsilon of Adam cannot be 0.0.");
    assertRefused(() -> adamW().weightDecay(-1), "The weight decay of AdamW cannot be -1.0.");
    assertRefused(
        () -> adamW().weightDecay(Double.NaN), "The weight decay of AdamW cannot be NaN.");
  }
}
