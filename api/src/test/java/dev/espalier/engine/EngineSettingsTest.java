package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineSettingsTest {
  private static final Origin FILE = Origin.file("espalier.conf", 3);
  private static final Origin OPTION = Origin.commandLine("--engine-option");

  private record Provider(List<OptionDescription<?>> options) implements EngineProvider {
    @Override
    public String name() {
      return "abc";
    }

    @Override
    public Availability probe(EngineOptions given) {
      throw new AssertionError("settings ask no engine");
    }

    @Override
    public Engine open(EngineOptions given) {
      throw new AssertionError("settings open no engine");
    }
  }

  private static EngineSettings given(Setting... settings) {
    return new EngineSettings(Settings.none().with(List.of(settings)));
  }

  private static Map<String, String> extra(EngineSettings settings) {
    return settings.optionsFor(new Provider(List.of(EngineOptions.ALLOW_DOWNLOAD))).extra();
  }

  @Test
  void anEngineGetsWhatIsForItAndWhatIsForWhicheverIsUsed() {
    EngineSettings settings =
        EngineSettings.of(
            program ->
                program
                    .threads(2)
                    .option("abc", "own", "1")
                    .option("b", "2")
                    .option("x", "c", "3"));
    assertThat(settings.optionsFor(new Provider(List.of())))
        .isEqualTo(new EngineOptions(2, Map.of("own", "1", "b", "2")));
  }

  @Test
  void forOneOptionTheStrongerOriginWins() {
    Setting own = new Setting(EngineSettings.optionName("abc", "a"), "of the file", FILE);
    Setting any = new Setting(EngineSettings.optionName("a"), "of the command", OPTION);
    assertThat(extra(given(own, any))).containsEntry("a", "of the command");
    Setting anyInFile = new Setting(EngineSettings.optionName("a"), "for any", FILE);
    assertThat(extra(given(own, anyInFile))).containsEntry("a", "of the file");
  }

  @Test
  void downloadsAreAllowedToThoseThatCanAndAnEnginesOwnWordCounts() {
    EngineSettings allowed = EngineSettings.of(program -> program.allowDownload(true));
    assertThat(extra(allowed)).containsEntry("allow-download", "true");
    assertThat(allowed.optionsFor(new Provider(List.of())).extra()).isEmpty();
    assertThat(extra(EngineSettings.defaults())).isEmpty();
    EngineSettings forbidden =
        allowed.with(
            EngineSettings.of(program -> program.option("abc", "allow-download", "false")));
    assertThat(extra(forbidden)).containsEntry("allow-download", "false");
  }

  @Test
  void theStrongerOriginWinsInAnyOrder() {
    EngineSettings file = given(new Setting("device", "gpu:1", FILE));
    EngineSettings program = EngineSettings.of(settings -> settings.device("cpu"));
    assertThat(file.with(program)).isEqualTo(program).isEqualTo(program.with(file));
    assertThat(file.with(given(new Setting("device", "gpu:2", FILE))).get(EngineSettings.DEVICE))
        .as("of one origin the later")
        .isEqualTo("gpu:2");
  }

  @Test
  void aValueThatDoesNotFitIsToldWithItsPlace() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> given(new Setting("threads", "-1", FILE)).get(EngineSettings.THREADS))
        .withMessage(
            "The setting threads is \"-1\" (espalier.conf, line 3). Give a whole number, 0 or more."
                + " [ESP-604]");
    EngineSettings program = EngineSettings.of(settings -> settings.threads(-1));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> program.get(EngineSettings.THREADS))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_OPTION))
        .withMessageStartingWith("The setting threads is \"-1\". Give");
  }

  @Test
  void aSettingReadsAsAnAssignmentWithItsPlace() {
    assertThat(given(new Setting("device", "gpu:1", FILE)).find(EngineSettings.DEVICE))
        .hasToString("device = gpu:1 (espalier.conf, line 3)");
    assertThat(EngineSettings.defaults().find(EngineSettings.DEVICE))
        .hasToString("device = auto (default)");
  }

  @Test
  void keepsThePurposeWhateverIsAddedBeforeOrAfter() {
    EngineSettings threads = EngineSettings.of(settings -> settings.threads(2));
    assertThat(threads.purpose()).isEqualTo(EnginePurpose.TRAINING);
    for (EngineSettings both :
        new EngineSettings[] {
          threads.forInference().with(EngineSettings.defaults()),
          EngineSettings.defaults().forInference().with(threads),
          threads.with(EngineSettings.defaults().forInference())
        }) {
      assertThat(both.purpose()).isEqualTo(EnginePurpose.INFERENCE);
      assertThat(both.get(EngineSettings.THREADS)).isEqualTo(2);
    }
  }
}
