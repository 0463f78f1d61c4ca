package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.callback.Callback;
import dev.espalier.callback.Logs;
import dev.espalier.testkit.training.FakeTrainingControl;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Replays what Keras 3.15.1 did on random values: when it stopped and which weights came back. */
class EarlyStoppingGoldenTest {
  @TestFactory
  List<DynamicTest> kerasTrace() throws Exception {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                EarlyStoppingGoldenTest.class.getResourceAsStream("early_stopping_traces.tsv"),
                StandardCharsets.UTF_8))) {
      List<DynamicTest> tests =
          reader
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.split("\t", -1))
              .map(
                  fields ->
                      DynamicTest.dynamicTest(
                          String.join(" ", Arrays.copyOf(fields, 7)), () -> replay(fields)))
              .toList();
      assertThat(tests).hasSize(80);
      return tests;
    }
  }

  private static EarlyStopping callback(String[] fields) {
    EarlyStopping callback =
        EarlyStopping.on("val_x")
            .mode(MonitorMode.valueOf(fields[0].toUpperCase(Locale.ROOT)).goal())
            .minDelta(Double.parseDouble(fields[1]))
            .patience(Integer.parseInt(fields[2]))
            .startFromEpoch(Integer.parseInt(fields[4]))
            .restoreBestWeights(Boolean.parseBoolean(fields[5]))
            .verbose(true);
    return fields[3].isEmpty() ? callback : callback.baseline(Double.parseDouble(fields[3]));
  }

  private static void replay(String[] fields) {
    EarlyStopping callback = callback(fields);
    FakeTrainingControl control = FakeTrainingControl.withLearningRate(.1);
    int first = Integer.parseInt(fields[6]);
    String[] values = fields[7].split(" ");
    boolean stops = Boolean.parseBoolean(fields[8]);
    int last = first + values.length - 1;

    control.beginTraining(callback);
    for (int epoch = first; epoch <= last; epoch++) {
      assertThat(control.stopReason()).as("stop before epoch %s", epoch + 1).isNull();
      control.weights(EpochWeights.of(epoch));
      Logs logs = new Logs(Map.of("val_x", Double.parseDouble(values[epoch - first])));
      callback.onEpochEnd(new Callback.EpochEnd(control, epoch, logs));
    }
    control.endTraining(callback);

    assertThat(control.stopReason() != null).as("stop after epoch %s", last + 1).isEqualTo(stops);
    assertThat(EpochWeights.epoch(control.weights()))
        .isEqualTo(fields[9].isEmpty() ? last : Integer.parseInt(fields[9]));
    assertThat(String.join("|", control.messages())).isEqualTo(fields[10]);
  }
}
