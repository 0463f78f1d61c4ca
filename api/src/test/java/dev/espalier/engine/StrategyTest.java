package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.EspalierException;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import dev.espalier.training.TrainingConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategyTest {
  private static final Origin FILE = Origin.file("espalier.conf", 3);

  private static EngineSettings given(Setting... settings) {
    return new EngineSettings(Settings.none().with(List.of(settings)));
  }

  @Test
  void isSingleUnlessDevicesAreListed() {
    assertThat(EngineSettings.defaults().strategy()).isEqualTo(Strategy.single());
    assertThat(given(new Setting("devices", "", FILE)).strategy()).isEqualTo(Strategy.single());
    assertThat(given(new Setting("devices", "gpu:1, gpu", FILE)).strategy())
        .isEqualTo(Strategy.mirrored("gpu:1", "gpu:0"))
        .isEqualTo(Strategy.mirrored(List.of(Device.gpu(1), Device.gpu(0))));
  }

  @Test
  void aConfigurationKeepsItAmongTheEngineSettings() {
    Strategy strategy = Strategy.mirrored("cpu", "cpu");
    TrainingConfig config = TrainingConfig.of(settings -> settings.strategy(strategy));
    assertThat(config.engineSettings().strategy()).isEqualTo(strategy);
    assertThat(config.with(settings -> settings.strategy(Strategy.single())).engineSettings())
        .extracting(EngineSettings::strategy)
        .isEqualTo(Strategy.single());
  }

  @Test
  void aDeviceOfAStrongerOriginTakesPrecedence() {
    Setting devices = new Setting("devices", "gpu:0, gpu:1", FILE);
    Setting device = new Setting("device", "cpu", Origin.commandLine("--device"));
    assertThat(given(devices, device).strategy()).isEqualTo(Strategy.single());
    assertThat(given(devices, new Setting("device", "cpu", FILE)).strategy())
        .isEqualTo(Strategy.mirrored("gpu:0", "gpu:1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gpu:0, card | There is no device "card" (espalier.conf, line 3). Devices are auto, cpu, gpu,
          gpu, gpu:0  | The device gpu:0 is listed twice (espalier.conf, line 3). List each GPU once.
          gpu:0, cpu  | The devices gpu:0 and cpu cannot train together (espalier.conf, line 3). Use GPUs
          """)
  void devicesThatCannotTrainTogetherAreRefusedWithTheirPlace(String devices, String message) {
    EngineSettings settings = given(new Setting("devices", devices, FILE));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(settings::strategy)
        .withMessageStartingWith(message);
  }

  @Test
  void aMirroredStrategyNeedsDevices() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(Strategy::mirrored)
        .withMessage(
            "A mirrored strategy needs devices. List them, such as gpu:0 and gpu:1. [ESP-503]");
  }
}
