package dev.espalier.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.fixture.OfferedEngine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines of known speed, which are not opened. */
class EngineCalibrationTest {
  @TempDir Path folder;

  private final Map<String, Double> speeds =
      new java.util.HashMap<>(Map.of("tensorflow", 20.0, "pytorch", 10.0, "mxnet", 90.0));
  private final List<String> measured = new ArrayList<>();
  private String processor = "processor x 2";
  private final List<EngineProvider> engines =
      List.of(
          OfferedEngine.usable("mxnet"),
          OfferedEngine.usable("pytorch"),
          OfferedEngine.usable("tensorflow"));

  private double measure(EngineProvider engine, EngineSettings settings) {
    measured.add(engine.name());
    Double time = speeds.get(engine.name());
    if (time == null) {
      throw new IllegalStateException("it cannot be loaded");
    }
    return time;
  }

  private String choose(EngineSettings settings) {
    return EngineChoice.choose(
            engines, settings, () -> new EngineCalibration(folder, processor, this::measure))
        .name();
  }

  private String fastest(Consumer<EngineSettings.Builder> more) {
    return choose(
        EngineSettings.of(
            settings -> {
              settings.engine(EngineSettings.FASTEST);
              more.accept(settings);
            }));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> listed = Files.list(folder)) {
      return listed.toList();
    }
  }

  @Test
  void takesTheFastestAndMeasuresOnce() throws IOException {
    assertThat(fastest(settings -> {})).isEqualTo("pytorch");
    assertThat(measured).containsExactly("tensorflow", "pytorch", "mxnet");
    assertThat(files()).hasSize(1);
    assertThat(Files.readString(files().get(0)))
        .contains("chosen=pytorch\n", "milliseconds.tensorflow=20.00\n", processor);
    speeds.put("mxnet", 1.0);
    assertThat(fastest(settings -> {})).isEqualTo("pytorch");
    assertThat(measured).hasSize(3);
  }

  @Test
  void measuresAgainForAnotherProcessorNumberOfThreadsOrPurpose() {
    fastest(settings -> {});
    processor = "another x 2";
    fastest(settings -> {});
    assertThat(measured).hasSize(6);
    fastest(settings -> settings.threads(1));
    assertThat(measured).hasSize(9);
    choose(EngineSettings.of(settings -> settings.engine(EngineSettings.FASTEST)).forInference());
    assertThat(measured).hasSize(12);
  }

  /** Noise must not decide between engines that are equally fast. */
  @Test
  void theFirstOfTheUsualOrderWinsUnlessAnotherIsClearlyFaster() {
    speeds.put("pytorch", 18.5);
    assertThat(fastest(settings -> {})).isEqualTo("tensorflow");
  }

  @Test
  void onlyTheEnginesOfTheOrderAreMeasured() {
    assertThat(fastest(settings -> settings.engineOrder("mxnet", "tensorflow")))
        .isEqualTo("tensorflow");
    assertThat(measured).containsExactly("mxnet", "tensorflow");
  }

  @Test
  void nothingIsMeasuredWhereThereIsNothingToChoose() {
    assertThat(choose(EngineSettings.defaults())).isEqualTo("tensorflow");
    assertThat(choose(EngineSettings.of(settings -> settings.engine("mxnet")))).isEqualTo("mxnet");
    assertThat(fastest(settings -> settings.engineOrder("mxnet"))).isEqualTo("mxnet");
    assertThat(measured).isEmpty();
  }

  @Test
  void anEngineThatFailsIsNotCompared() {
    speeds.remove("pytorch");
    assertThat(fastest(settings -> {})).isEqualTo("tensorflow");
  }

  @Test
  void theUsualOrderDecidesAndNothingIsKeptIfMeasuringFails() throws IOException {
    speeds.clear();
    speeds.put("mxnet", 1.0);
    assertThat(fastest(settings -> {})).isEqualTo("tensorflow");
    assertThat(files()).isEmpty();
  }

  @Test
  void aDamagedResultIsMeasuredAgain() throws IOException {
    fastest(settings -> {});
    Files.writeString(files().get(0), "chosen=another\nmeasured-for=\\uNONE");
    assertThat(fastest(settings -> {})).isEqualTo("pytorch");
    assertThat(measured).hasSize(6);
    assertThat(Files.readString(files().get(0))).contains("chosen=pytorch");
  }

  @Test
  void worksWithoutAFolderForCaches() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    EngineCalibration nowhere =
        new EngineCalibration(file.resolve("below"), processor, this::measure);
    EngineSettings settings = EngineSettings.of(builder -> builder.engine(EngineSettings.FASTEST));
    assertThat(EngineChoice.choose(engines, settings, () -> nowhere).name()).isEqualTo("pytorch");
    EngineCalibration none = new EngineCalibration(null, processor, this::measure);
    assertThat(EngineChoice.choose(engines, settings, () -> none).name()).isEqualTo("pytorch");
  }
}
