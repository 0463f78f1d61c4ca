package dev.espalier.cli.run;

import dev.espalier.callback.Callback;
import dev.espalier.callback.CallbackState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Measures the duration of each epoch, including its validation. */
final class EpochTimer implements Callback {
  private final List<Double> seconds = new ArrayList<>();
  private double before;
  private long start;

  @Override
  public void onTrainBegin(TrainBegin event) {
    seconds.clear();
    before = 0;
    start = System.nanoTime();
  }

  @Override
  public void onEpochBegin(EpochBegin event) {
    start = System.nanoTime();
  }

  @Override
  public void onEpochEnd(EpochEnd event) {
    seconds.add(elapsed());
    start = System.nanoTime();
  }

  @Override
  public CallbackState state() {
    return CallbackState.of(
        Map.of(
            "seconds", seconds.stream().map(String::valueOf).collect(Collectors.joining(" ")),
            "elapsed", Double.toString(elapsed())));
  }

  @Override
  public void restoreState(CallbackState state) {
    String text = Objects.requireNonNullElse(state.text("seconds"), "");
    seconds.clear();
    Pattern.compile(" ")
        .splitAsStream(text)
        .filter(one -> !one.isEmpty())
        .map(Double::valueOf)
        .forEach(seconds::add);
    // A resumed epoch includes its time before the checkpoint.
    double elapsed = Objects.requireNonNullElse(state.number("elapsed"), 0.0);
    start = System.nanoTime() - (long) (elapsed * 1e9);
    before = seconds.stream().mapToDouble(Double::doubleValue).sum() + elapsed;
  }

  private double elapsed() {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Returns the seconds spent before the run was interrupted. */
  double before() {
    return before;
  }

  List<Double> seconds() {
    return seconds;
  }
}
