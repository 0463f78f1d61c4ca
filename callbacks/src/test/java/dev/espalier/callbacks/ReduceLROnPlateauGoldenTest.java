package dev.espalier.callbacks;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Replays what Keras 3.15.1 did on random values, to the last digit of the learning rate. */
class ReduceLROnPlateauGoldenTest {
  @TestFactory
  List<DynamicTest> kerasTrace() throws Exception {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                ReduceLROnPlateauGoldenTest.class.getResourceAsStream("plateau_traces.tsv"),
                StandardCharsets.UTF_8))) {
      List<DynamicTest> tests =
          reader
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.split("\t"))
              .map(
                  fields ->
                      DynamicTest.dynamicTest(
                          String.join(" ", Arrays.copyOf(fields, 7)), () -> replay(fields)))
              .toList();
      assertThat(tests).hasSize(60);
      return tests;
    }
  }

  private static void replay(String[] fields) {
    ReduceLROnPlateau callback =
        ReduceLROnPlateau.on("val_x")
            .mode(MonitorMode.valueOf(fields[0].toUpperCase(Locale.ROOT)).goal())
            .factor(Double.parseDouble(fields[1]))
            .patience(Integer.parseInt(fields[2]))
            .minDelta(Double.parseDouble(fields[3]))
            .cooldown(Integer.parseInt(fields[4]))
            .minLr(Double.parseDouble(fields[5]));
    FakeTrainingControl control =
        FakeTrainingControl.withLearningRate(Double.parseDouble(fields[6]));
    String[] values = fields[7].split(" ");
    String[] rates = fields[8].split(" ");
    String[] waits = fields[9].split(" ");
    String[] cooldowns = fields[10].split(" ");

    control.beginTraining(callback);
    for (int epoch = 0; epoch < values.length; epoch++) {
      control.endEpoch(callback, Map.of("val_x", Double.parseDouble(values[epoch])));

      String place = "after epoch " + (epoch + 1);
      assertThat((float) control.learningRate())
          .as("rate %s", place)
          .isEqualTo(Float.parseFloat(rates[epoch]));
      assertThat(callback.counted().waited())
          .as("wait %s", place)
          .isEqualTo(Integer.parseInt(waits[epoch]));
      assertThat(callback.counted().cooldown())
          .as("cooldown %s", place)
          .isEqualTo(Integer.parseInt(cooldowns[epoch]));
    }
  }
}
