package dev.espalier.core.internal.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.callback.TrainingControl;
import dev.espalier.training.Verbosity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressDisplayTest {
  private static final TrainingControl NO_CONTROL =
      (TrainingControl)
          Proxy.newProxyInstance(
              TrainingControl.class.getClassLoader(),
              new Class<?>[] {TrainingControl.class},
              (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long nanos;

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  private ProgressDisplay display(Verbosity verbosity, boolean terminal, boolean colours) {
    return new ProgressDisplay(
        new Terminal(out, true, terminal, colours, true, () -> nanos), verbosity);
  }

  private void pass(double seconds) {
    nanos += (long) (seconds * 1e9);
  }

  @Test
  void anEpochIsOneLineOutsideATerminal() {
    ProgressCallback callback = new ProgressCallback(display(Verbosity.AUTO, false, false));
    callback.onTrainBegin(new Callback.TrainBegin(NO_CONTROL, 0, 20, 781));
    callback.onEpochBegin(new Callback.EpochBegin(NO_CONTROL, 0));
    Logs logs = new Logs(Map.of("loss", 4.0524, "accuracy", 0.0782));
    pass(2);
    for (int i = 0; i < 781; i++) {
      callback.onTrainBatchEnd(new Callback.BatchEnd(NO_CONTROL, i, 64, logs));
      pass(i < 780 ? 0.05 : 0);
    }
    callback.onTestBegin(new Callback.TestBegin(NO_CONTROL, 156));
    callback.onTestBatchEnd(new Callback.BatchEnd(NO_CONTROL, 0, 64, logs));
    callback.onTestEnd(new Callback.TestEnd(NO_CONTROL, logs));
    pass(10);
    Logs all =
        new Logs(
            Map.of("loss", 4.0524, "accuracy", 0.0782, "val_loss", 3.774, "val_accuracy", 0.1373));
    all.put("learning_rate", 0.2);
    callback.onEpochEnd(new Callback.EpochEnd(NO_CONTROL, 0, all));

    assertThat(printed())
        .isEqualTo(
            """
            Epoch 1/20
            781/781 - 51s - 63ms/step - accuracy: 0.0782 - loss: 4.0524 - val_accuracy: 0.1373 - val_loss: 3.7740 - learning_rate: 0.2000
            """);
  }

  @Test
  void waitingForDataIsShownWhenItTakesMoreThanATinyPart() {
    assertThat(lineAfterWaiting(0.21)).endsWith("- loss: 1.0000 - waiting for data: 2 %\n");
    assertThat(lineAfterWaiting(4)).endsWith("- loss: 1.0000 - waiting for data: 40 %\n");
    assertThat(lineAfterWaiting(0.19)).endsWith("- loss: 1.0000\n");
  }

  @Test
  void waitingIsCountedAnewInEachEpoch() {
    ProgressDisplay display = display(Verbosity.LINE, false, false);
    display.begin(1);
    display.waitedForData(9_000_000_000L);
    display.begin(1);
    pass(10);
    display.finish(new Logs(Map.of("loss", 1.0)));

    assertThat(printed()).endsWith("- loss: 1.0000\n");
  }

  private String lineAfterWaiting(double seconds) {
    bytes.reset();
    ProgressDisplay display = display(Verbosity.LINE, false, false);
    display.begin(1);
    display.waitedForData((long) (seconds / 2 * 1e9));
    display.waitedForData((long) (seconds / 2 * 1e9));
    pass(10);
    display.step(Logs.empty());
    display.finish(new Logs(Map.of("loss", 1.0)));
    return printed();
  }

  @Test
  void theOnlyEpochHasNoHeading() {
    ProgressCallback callback = new ProgressCallback(display(Verbosity.LINE, true, false));
    callback.onTrainBegin(new Callback.TrainBegin(NO_CONTROL, 0, 1, 1));
    callback.onEpochBegin(new Callback.EpochBegin(NO_CONTROL, 0));
    pass(0.4);
    callback.onTrainBatchEnd(new Callback.BatchEnd(NO_CONTROL, 0, 1, Logs.empty()));
    callback.onEpochEnd(new Callback.EpochEnd(NO_CONTROL, 0, new Logs(Map.of("loss", 1e-4))));

    assertThat(printed()).isEqualTo("1/1 - 0s - 400ms/step - loss: 1.0000e-04\n");
  }

  @Test
  void anEvaluationIsOneLine() {
    ProgressCallback callback = new ProgressCallback(display(Verbosity.LINE, false, false));
    callback.onTestBegin(new Callback.TestBegin(NO_CONTROL, 2));
    pass(1.5);
    callback.onTestBatchEnd(new Callback.BatchEnd(NO_CONTROL, 0, 4, Logs.empty()));
    pass(0.019);
    callback.onTestBatchEnd(new Callback.BatchEnd(NO_CONTROL, 1, 4, Logs.empty()));
    callback.onTestEnd(new Callback.TestEnd(NO_CONTROL, new Logs(Map.of("loss", 0.5))));

    assertThat(printed()).isEqualTo("2/2 - 2s - 19ms/step - loss: 0.5000\n");
  }

  @Test
  void aBarIsDrawnAgainOnATerminal() {
    ProgressDisplay display = display(Verbosity.AUTO, true, false);
    display.begin(4);
    pass(1);
    display.step(new Logs(Map.of("loss", 1.0)));
    pass(0.5);
    display.step(new Logs(Map.of("loss", 0.5)));
    pass(0.01);
    display.step(new Logs(Map.of("loss", 0.4))); // too soon to draw again
    pass(0.5);
    display.step(new Logs(Map.of("loss", 0.3)));
    display.finish(new Logs(Map.of("loss", 0.3)));

    assertThat(printed())
        .isEqualTo(
            "\r1/4 ━━━━━━━━━━━━━━━━━━━━ 3s 1s/step - loss: 1.0000"
                + "\r2/4 ━━━━━━━━━━━━━━━━━━━━ 1s 500ms/step - loss: 0.5000"
                + "\r4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 337ms/step - loss: 0.3000\n");
  }

  @Test
  void coloursShowHowFarTheBarIs() {
    ProgressDisplay display = display(Verbosity.BAR, true, true);
    display.begin(10);
    pass(1);
    display.step(Logs.empty());

    assertThat(printed())
        .isEqualTo(
            "\r\u001b[1m 1/10\u001b[0m \u001b[32m━━\u001b[0m\u001b[37m━━━━━━━━━━━━━━━━━━\u001b[0m"
                + " \u001b[1m9s\u001b[0m 1s/step");
  }

  @Test
  void aMessageStandsAboveTheBar() {
    ProgressDisplay display = display(Verbosity.BAR, true, false);
    display.begin(10);
    pass(1);
    display.step(Logs.empty());
    display.message("Epoch 1: something happened.");

    assertThat(printed())
        .endsWith(
            "\r"
                + " ".repeat("1/10 ━━━━━━━━━━━━━━━━━━━━ 9s 1s/step ".length())
                + "\rEpoch 1: something happened.\n");
  }

  @Test
  void silenceIsSilent() {
    ProgressDisplay display = display(Verbosity.SILENT, true, false);
    display.heading("Epoch 1/2");
    display.begin(1);
    display.step(Logs.empty());
    display.message("not heard");
    display.finish(Logs.empty());

    assertThat(printed()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0782, 0.0782",
    "0.001, 1.0000e-03",
    "0.00101, 0.0010",
    "0.0001, 1.0000e-04",
    "-2.5, -2.5000",
    "-0.0005, -5.0000e-04",
    "0, 0.0000e+00",
    "12345.678, 12345.6780",
    "NaN, nan",
    "Infinity, inf",
    "-Infinity, -inf"
  })
  void writesValuesAsKerasDoes(double value, String expected) {
    assertThat(LogLine.value(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s/step",
    "2.4, 2s/step",
    "1, 1s/step",
    "0.9996, 1000ms/step",
    "0.066, 66ms/step",
    "0.001, 1ms/step",
    "0.0004, 400us/step"
  })
  void timePerStepHasAFittingUnit(double seconds, String expected) {
    assertThat(LogLine.perStep(seconds)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"7.9, 7s", "60, 60s", "125, 2:05", "3725, 1:02:05"})
  void theTimeLeftIsWrittenShort(double seconds, String expected) {
    assertThat(LogLine.remaining(seconds)).isEqualTo(expected);
  }

  @Test
  void withoutATerminalThereIsProgressOnlyOnAnOutputThatWasNamed() {
    for (boolean named : new boolean[] {false, true}) {
      ProgressDisplay display =
          new ProgressDisplay(
              new Terminal(out, named, false, false, true, () -> nanos), Verbosity.AUTO);
      display.begin(1);
      display.step(Logs.empty());
      display.finish(Logs.empty());
      assertThat(bytes.size() > 0).isEqualTo(named);
    }
  }
}
