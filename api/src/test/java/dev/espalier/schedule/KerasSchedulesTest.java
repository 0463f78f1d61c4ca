package dev.espalier.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compares schedules with the learning rates of Keras 3.15.1, which computes them in single
 * precision. A line of {@code keras-schedules.txt} is a schedule, a step and the learning rate.
 */
class KerasSchedulesTest {
  private static final Map<String, LearningRateSchedule> SCHEDULES =
      Map.ofEntries(
          Map.entry("cosine-decay", CosineDecay.of(.1, 1000).alpha(.1)),
          Map.entry("cosine-decay-to-zero", CosineDecay.of(.05, 24)),
          Map.entry(
              "warm-up-cosine", WarmUp.over(Span.steps(100), CosineDecay.of(.1, 1000).alpha(.01))),
          Map.entry(
              "warm-up-cosine-from",
              WarmUp.over(Span.steps(10), CosineDecay.of(.2, 40)).initialLearningRate(.02)),
          Map.entry("cosine-decay-restarts", CosineDecayRestarts.of(.1, Span.steps(100))),
          Map.entry(
              "cosine-decay-restarts-shaped",
              CosineDecayRestarts.of(.2, Span.steps(10)).tMul(1.5).mMul(.8).alpha(.05)),
          Map.entry(
              "cosine-decay-restarts-equal",
              CosineDecayRestarts.of(.1, Span.steps(10)).tMul(1).mMul(.5)),
          Map.entry("exponential-decay", ExponentialDecay.of(.1, Span.steps(100), .96)),
          Map.entry(
              "exponential-decay-staircase",
              ExponentialDecay.of(.1, Span.steps(100), .96).staircase(true)),
          Map.entry("inverse-time-decay", InverseTimeDecay.of(.1, Span.steps(100), .5)),
          Map.entry(
              "inverse-time-decay-staircase",
              InverseTimeDecay.of(.1, Span.steps(100), .5).staircase(true)),
          Map.entry(
              "piecewise-constant",
              PiecewiseConstant.of(
                  List.of(Span.steps(100), Span.steps(200)), List.of(.1, .01, .001))),
          Map.entry("polynomial-decay", PolynomialDecay.of(.1, Span.steps(100))),
          Map.entry(
              "polynomial-decay-shaped",
              PolynomialDecay.of(.1, Span.steps(100)).endLearningRate(.01).power(.5)),
          Map.entry(
              "polynomial-decay-cycle",
              PolynomialDecay.of(.1, Span.steps(100)).endLearningRate(.01).power(2).cycle(true)));

  /** What Keras does not have, or not by this name, is compared with PyTorch 2. */
  private static final Map<String, LearningRateSchedule> OF_PYTORCH =
      Map.of(
          "step-decay", StepDecay.of(.3, Span.steps(10)).factor(.5),
          "one-cycle", OneCycle.of(.1, Span.steps(100)),
          "one-cycle-shaped",
              OneCycle.of(.2, Span.steps(37)).warmUpFraction(.15).divFactor(10).finalDivFactor(50),
          "one-cycle-rising", OneCycle.of(.1, Span.steps(20)).warmUpFraction(1),
          "one-cycle-falling", OneCycle.of(.1, Span.steps(20)).warmUpFraction(0));

  @Test
  void learningRatesAreThoseOfKeras() throws IOException {
    assertAs("/keras-schedules.txt", SCHEDULES, 2e-8);
  }

  @Test
  void learningRatesOfStepDecayAndOneCycleAreThoseOfPyTorch() throws IOException {
    assertAs("/pytorch-schedules.txt", OF_PYTORCH, 1e-12);
  }

  private static void assertAs(
      String file, Map<String, LearningRateSchedule> schedules, double tolerance)
      throws IOException {
    List<String[]> lines = golden(file);
    assertThat(lines.stream().map(fields -> fields[0]).collect(Collectors.toSet()))
        .isEqualTo(schedules.keySet());
    for (String[] fields : lines) {
      long step = Long.parseLong(fields[1]);
      double expected = Double.parseDouble(fields[2]);
      assertThat(Objects.requireNonNull(schedules.get(fields[0])).at(new TrainingProgress(step, 7)))
          .as("%s at step %d", fields[0], step)
          .isCloseTo(expected, within(tolerance));
    }
  }

  private static List<String[]> golden(String file) throws IOException {
    try (InputStream in = KerasSchedulesTest.class.getResourceAsStream(file)) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .toList();
    }
  }
}
