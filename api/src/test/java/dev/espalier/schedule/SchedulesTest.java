package dev.espalier.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SchedulesTest {
  private static List<Double> rates(LearningRateSchedule schedule, int stepsPerEpoch, int steps) {
    return IntStream.range(0, steps)
        .mapToObj(step -> schedule.at(new TrainingProgress(step, stepsPerEpoch)))
        .toList();
  }

  private static void assertRates(
      LearningRateSchedule schedule, List<Integer> steps, Double... rates) {
    assertThat(steps.stream().map(step -> schedule.at(new TrainingProgress(step, 7))).toList())
        .usingElementComparator((a, b) -> Math.abs(a - b) < 5e-9 ? 0 : Double.compare(a, b))
        .containsExactly(rates);
  }

  /** Values of Keras and of its own tests. */
  @Test
  void valuesAreThoseOfKeras() {
    ExponentialDecay exponential = ExponentialDecay.of(.1, Span.steps(1000), .96);
    assertRates(exponential, List.of(0, 500, 1000, 2500), .1, .09797959, .096, .09029799);
    assertRates(exponential.staircase(true), List.of(999, 1000, 2500), .1, .096, .09216);
    assertRates(ExponentialDecay.of(.05, Span.steps(10), .96), List.of(5), .05 * Math.sqrt(.96));
    assertRates(
        ExponentialDecay.of(.1, Span.steps(3), .96).staircase(true),
        List.of(1, 2, 100),
        .1,
        .1,
        .1 * Math.pow(.96, 33));
    assertRates(
        CosineDecay.of(.1, 1000).alpha(.1),
        List.of(0, 250, 500, 1000, 1500),
        .1,
        .08681981,
        .055,
        .01,
        .01);
    assertRates(
        WarmUp.over(Span.steps(100), CosineDecay.of(.1, 1000)),
        List.of(0, 50, 99, 100, 600, 1100),
        0.,
        .05,
        .099,
        .1,
        .05,
        0.);
    assertRates(
        PiecewiseConstant.of(
            List.of(Span.steps(100), Span.steps(110), Span.steps(120)), List.of(1., .1, .01, .001)),
        List.of(0, 100, 105, 110, 120, 999),
        1.,
        1.,
        .1,
        .1,
        .01,
        .001);
    PolynomialDecay polynomial = PolynomialDecay.of(.05, Span.steps(10)).endLearningRate(.001);
    assertRates(polynomial, List.of(5, 10, 15), .0255, .001, .001);
    assertRates(polynomial.cycle(true), List.of(15), .049 * .25 + .001);
  }

  @Test
  void epochsAreAsManyStepsAsTheEpochHas() {
    assertThat(rates(CosineDecay.of(.1, Span.epochs(3)), 5, 20))
        .isEqualTo(rates(CosineDecay.of(.1, 15), 5, 20));
    assertThat(rates(ExponentialDecay.of(.1, Span.epochs(1), .5).staircase(true), 3, 7))
        .containsExactly(.1, .1, .1, .05, .05, .05, .025);
    assertThat(rates(InverseTimeDecay.of(.1, Span.epochs(1), 1).staircase(true), 2, 5))
        .containsExactly(.1, .1, .05, .05, .1 / 3);
    assertThat(rates(PolynomialDecay.of(1, Span.epochs(2)).endLearningRate(0), 2, 6))
        .containsExactly(1., .75, .5, .25, 0., 0.);
    assertThat(rates(CosineDecayRestarts.of(.1, Span.epochs(1)).tMul(1), 4, 8))
        .isEqualTo(rates(CosineDecayRestarts.of(.1, Span.steps(4)).tMul(1), 4, 8));
  }

  @Test
  void restartsComeAtTheVeryStepHoweverFarTrainingIs() {
    LearningRateSchedule doubling = CosineDecayRestarts.of(.1, Span.steps(3));
    LearningRateSchedule growing = CosineDecayRestarts.of(.1, Span.steps(10)).tMul(1.1).mMul(.5);
    for (int restart = 1; restart < 40; restart++) {
      long step = 3 * ((1L << restart) - 1);
      assertThat(doubling.at(new TrainingProgress(step, 1))).as("step %d", step).isEqualTo(.1);
      assertThat(doubling.at(new TrainingProgress(step - 1, 1))).isLessThan(.05);
      long first = (long) Math.ceil(10 * (Math.pow(1.1, restart) - 1) / .1 - 1e-9);
      assertThat(growing.at(new TrainingProgress(first, 1)))
          .isGreaterThan(growing.at(new TrainingProgress(first - 1, 1)))
          .isLessThanOrEqualTo(.1 * Math.pow(.5, restart));
    }
  }

  @Test
  void aBoundaryInEpochsIsTheEndOfTheEpochAndOneInStepsIsTheLastOfItsPiece() {
    List<Double> rates = List.of(.3, .2, .1);
    assertThat(rates(PiecewiseConstant.of(List.of(Span.epochs(1), Span.epochs(2)), rates), 2, 5))
        .containsExactly(.3, .3, .2, .2, .1);
    assertThat(rates(PiecewiseConstant.of(List.of(Span.steps(1), Span.steps(3)), rates), 2, 5))
        .containsExactly(.3, .3, .2, .2, .1);
  }

  @Test
  void aWarmUpRisesToWhereTheNextBeginsWhichCountsFromItsEnd() {
    LearningRateSchedule next = progress -> progress.step() == 0 ? .4 : 1. / progress.step();
    assertThat(rates(WarmUp.over(Span.epochs(2), next), 2, 7))
        .containsExactly(0., .1, .2, .4 * .75, .4, 1., .5);
    List<Double> fromAbove = rates(WarmUp.over(Span.steps(2), .4).initialLearningRate(.8), 1, 4);
    assertThat(fromAbove.get(0)).isEqualTo(.8);
    assertThat(fromAbove.get(1)).isCloseTo(.6, within(1e-15));
    assertThat(fromAbove.subList(2, 4)).isEqualTo(List.of(.4, .4));
    LearningRateSchedule twice = WarmUp.over(Span.steps(1), WarmUp.over(Span.steps(2), .4));
    assertThat(rates(twice, 1, 4)).containsExactly(0., 0., .2, .4);
  }

  @Test
  void progressCountsEpochsWithFractions() {
    TrainingProgress progress = new TrainingProgress(7, 2);
    assertThat(progress.epochs()).isEqualTo(3.5);
    assertThat(progress.after(Span.epochs(3))).isEqualTo(new TrainingProgress(1, 2));
    assertThat(progress.after(Span.epochs(4)).step()).isZero();
  }

  @Test
  void spansAreAtLeastOneStep() {
    assertThat(Span.epochs(.5).toSteps(5)).isEqualTo(3);
    assertThat(Span.epochs(.01).toSteps(5)).isEqualTo(1);
    assertThat(Span.steps(7).toSteps(5)).isEqualTo(7);
    assertThat(Span.epochs(5)).hasToString("5 epochs");
    assertThat(Span.epochs(.5)).hasToString("0.5 epochs");
    assertThat(Span.steps(1)).hasToString("1 step");
  }

  @Test
  void whatDoesNotWorkIsRefused() {
    assertRefused(() -> CosineDecay.of(.1, 0), "change over 0 steps.");
    assertRefused(() -> Span.epochs(-1), "change over -1 epochs.");
    assertRefused(() -> Span.epochs(Double.NaN), "change over NaN epochs.");
    assertRefused(() -> new Span(1.5, Span.Unit.STEPS), "change over 1.5 steps.");
    assertRefused(() -> CosineDecay.of(-.1, 1), "The initial learning rate of a cosine decay");
    assertRefused(() -> CosineDecay.of(1e300, 1), "cannot be 1.0E300.");
    assertRefused(() -> CosineDecay.of(.1, 1).alpha(1.1), "The alpha of a cosine decay");
    Span span = Span.steps(1);
    assertRefused(() -> CosineDecayRestarts.of(.1, span).tMul(.9), "The tMul of");
    assertRefused(() -> CosineDecayRestarts.of(.1, span).mMul(0), "The mMul of");
    assertRefused(() -> ExponentialDecay.of(.1, span, 0), "The decay rate of an exponential");
    assertRefused(() -> InverseTimeDecay.of(.1, span, -1), "The decay rate of an inverse");
    assertRefused(() -> PolynomialDecay.of(.1, span).power(0), "The power of");
    assertRefused(() -> WarmUp.over(span, .1).initialLearningRate(-1), "of a warm-up cannot be");
    List<Double> rates = List.of(.1, .2);
    assertRefused(() -> PiecewiseConstant.of(List.of(), rates), "cannot change after []");
    assertRefused(
        () -> PiecewiseConstant.of(List.of(Span.steps(2), Span.steps(2)), List.of(1., 2., 3.)),
        "cannot change after [2 steps, 2 steps]");
    assertRefused(
        () -> PiecewiseConstant.of(List.of(Span.steps(1), Span.epochs(2)), List.of(1., 2., 3.)),
        "cannot change after [1 step, 2 epochs]");
    assertThatThrownBy(() -> new TrainingProgress(-1, 1))
        .hasMessageContaining("at step -1 in epochs of 1 steps");
  }

  private static void assertRefused(ThrowingCallable call, String part) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TRAINING_SETTING))
        .hasMessageContaining(part);
  }

  @Test
  void everySettingLeavesTheOthersAlone() {
    Span span = Span.epochs(2);
    assertThat(CosineDecayRestarts.of(.1, span).alpha(.3).mMul(.4).tMul(5))
        .isEqualTo(new CosineDecayRestarts(.1, span, 5, .4, .3));
    assertThat(PolynomialDecay.of(.1, span).cycle(true).power(2).endLearningRate(.3))
        .isEqualTo(new PolynomialDecay(.1, span, .3, 2, true));
  }

  @Test
  void anOptionTakesANumberForAConstant() {
    OptionDescription<LearningRateSchedule> option =
        LearningRateSchedule.option("learning-rate", "Learning rate.")
            .withDefault(LearningRateSchedule.constant(.5));
    assertThat(option.type().parse("0.1")).isEqualTo(LearningRateSchedule.constant(.1));
    assertThat(option.type().parse("cosine-decay")).isNull();
    assertThat(option.type().parse("-1")).isNull();
    assertThat(option.type().expected()).isEqualTo("a number, 0.0 or more, or a schedule");
    assertThat(option.defaultText()).isEqualTo("0.5");
    assertThat(option.type().format(CosineDecay.of(.1, span()))).isEmpty();
  }

  private static Span span() {
    return Span.steps(3);
  }

  @Test
  void oneCycleStaysAtItsEndAndCountsEpochs() {
    OneCycle cycle = OneCycle.of(.1, Span.epochs(2));
    assertThat(cycle.at(new TrainingProgress(0, 10))).isCloseTo(.1 / 25, within(1e-15));
    assertThat(cycle.at(new TrainingProgress(5, 10))).isCloseTo(.1, within(1e-15));
    assertThat(cycle.at(new TrainingProgress(19, 10))).isCloseTo(.1 / 25e4, within(1e-15));
    assertThat(cycle.at(new TrainingProgress(500, 10))).isCloseTo(.1 / 25e4, within(1e-15));
    // The rise ends at step 0, where PyTorch divides by zero.
    assertThat(OneCycle.of(.1, Span.steps(10)).warmUpFraction(.1).at(new TrainingProgress(0, 1)))
        .isEqualTo(.1);
  }

  @Test
  void settingsOfStepDecayAndOneCycleAreChecked() {
    assertThatThrownBy(() -> StepDecay.of(.1, Span.epochs(3)).factor(0))
        .hasMessage("The factor of a step decay cannot be 0.0. Give a number above 0. [ESP-401]");
    assertThatThrownBy(() -> OneCycle.of(.1, Span.epochs(3)).warmUpFraction(1.5))
        .hasMessage(
            "The warm-up fraction of one cycle cannot be 1.5. Give a number from 0 to 1. [ESP-401]");
    assertThatThrownBy(() -> OneCycle.of(-1, Span.epochs(3)))
        .hasMessage(
            "The largest learning rate of one cycle cannot be -1.0. Give a number of 0 or more, such"
                + " as 0.01. [ESP-401]");
  }
}
