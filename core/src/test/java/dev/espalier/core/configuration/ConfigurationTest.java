package dev.espalier.core.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.fixture.OfferedEngine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.plugin.Plugin;
import dev.espalier.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  private static final EngineProvider PYTORCH =
      OfferedEngine.usable("pytorch")
          .withOption(OptionDescription.flag("cudnn-benchmark", "Tries algorithms."))
          .withOption(OptionDescription.wholeNumber("max-streams", 1, 8, "Copies at once."))
          .withOption(EngineOptions.ALLOW_DOWNLOAD);

  private static final EngineProvider OTHER =
      OfferedEngine.usable("other").withOption(OptionDescription.text("name", "A name."));

  @TempDir private Path folder;

  private static PluginRegistry registry() {
    Plugin plugin =
        new Plugin() {
          @Override
          public String id() {
            return "engines";
          }

          @Override
          public List<EngineProvider> engines() {
            return List.of(PYTORCH, OTHER);
          }
        };
    return PluginRegistry.builder().add(plugin).build();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("espalier.conf"), text);
  }

  private Configuration read(String text) throws IOException {
    Path file = write(text);
    return Configuration.of(registry(), sources -> sources.file(file));
  }

  private static Configuration environment(Map<String, String> variables) {
    return Configuration.of(registry(), sources -> sources.environment(variables));
  }

  private static EngineOptions pytorch(Configuration configuration) {
    return configuration.engineSettings().optionsFor(PYTORCH);
  }

  /** Each row: where the device is set, and which of the places wins. */
  @ParameterizedTest
  @CsvSource({
    "false, false, false, false, auto",
    "true,  false, false, false, gpu:1",
    "false, true,  false, false, gpu:2",
    "false, false, true,  false, gpu:3",
    "false, false, false, true,  gpu:4",
    "true,  true,  false, false, gpu:2",
    "true,  false, true,  false, gpu:3",
    "true,  false, false, true,  gpu:4",
    "false, true,  true,  false, gpu:3",
    "false, true,  false, true,  gpu:4",
    "false, false, true,  true,  gpu:4",
    "true,  true,  true,  false, gpu:3",
    "true,  true,  true,  true,  gpu:4"
  })
  void theFileYieldsToTheEnvironmentThatToTheCommandLineAndThatToTheProgram(
      boolean file, boolean environment, boolean commandLine, boolean program, String expected)
      throws IOException {
    if (file) {
      write("espalier.device = \"gpu:1\"");
    }
    List<Setting> options = new ArrayList<>();
    if (commandLine) {
      options.add(new Setting("device", "gpu:3", Origin.commandLine("--device")));
    }
    Configuration configuration =
        Configuration.of(
            registry(),
            sources ->
                sources
                    .settings(options)
                    .environment(environment ? Map.of("ESPALIER_DEVICE", "gpu:2") : Map.of())
                    .folder(folder));
    TrainingConfig toldBefore =
        TrainingConfig.of(
            config -> {
              if (program) {
                config.device("gpu:4");
              }
              config.engineSettings(configuration.engineSettings());
            });
    assertThat(toldBefore.engineSettings().get(EngineSettings.DEVICE)).isEqualTo(expected);
    TrainingConfig toldAfter =
        TrainingConfig.of(
            config -> {
              config.engineSettings(configuration.engineSettings());
              if (program) {
                config.device("gpu:4");
              }
            });
    assertThat(toldAfter).isEqualTo(toldBefore);
  }

  @Test
  void allThatCanBeSetIsReadFromAFile() throws IOException {
    Configuration configuration =
        read(
            """
            espalier {
              engine = auto
              engine-order = [other, pytorch]
              device = "gpu:1"
              threads = 3
              allow-download = true
              engines.pytorch { cudnn-benchmark = true, max-streams = 4 }
            }
            """);
    EngineSettings settings = configuration.engineSettings();
    assertThat(settings.get(EngineSettings.ENGINE)).isEqualTo("auto");
    assertThat(settings.get(EngineSettings.ENGINE_ORDER)).containsExactly("other", "pytorch");
    assertThat(settings.get(EngineSettings.DEVICE)).isEqualTo("gpu:1");
    assertThat(pytorch(configuration))
        .isEqualTo(
            new EngineOptions(
                3,
                Map.of("cudnn-benchmark", "true", "max-streams", "4", "allow-download", "true")));
    assertThat(settings.optionsFor(OTHER))
        .as("what downloads nothing is not told that it may")
        .isEqualTo(new EngineOptions(3, Map.of()));
  }

  @Test
  void allThatCanBeSetIsReadFromTheEnvironment() {
    Configuration configuration =
        environment(
            Map.of(
                "ESPALIER_ENGINE", "pytorch",
                "ESPALIER_ENGINE_ORDER", "other,pytorch",
                "ESPALIER_THREADS", "3",
                "ESPALIER_ENGINES_PYTORCH_CUDNN_BENCHMARK", "true",
                "ESPALIER_DEVICE", "",
                "ESPALIER_CACHE", "/somewhere",
                "OTHER_ENGINE", "none of ours"));
    EngineSettings settings = configuration.engineSettings();
    assertThat(settings.get(EngineSettings.ENGINE)).isEqualTo("pytorch");
    assertThat(settings.get(EngineSettings.ENGINE_ORDER)).containsExactly("other", "pytorch");
    assertThat(settings.get(EngineSettings.DEVICE)).as("empty counts as none").isEqualTo("auto");
    assertThat(pytorch(configuration))
        .isEqualTo(new EngineOptions(3, Map.of("cudnn-benchmark", "true")));
  }

  @Test
  void everySettingKnowsWhereItCameFrom() throws IOException {
    Path file = write("espalier {\n  engine = pytorch\n  threads = 2\n}\n");
    Configuration configuration =
        Configuration.of(
            registry(), sources -> sources.file(file).environment(Map.of("ESPALIER_THREADS", "3")));
    assertThat(configuration.settingsOfEngines())
        .extracting(Setting::toString)
        .containsExactly(
            "engine = pytorch (" + file + ", line 2)",
            "engine-order =  (default)",
            "frozen-base-engine = auto (default)",
            "device = auto (default)",
            "devices =  (default)",
            "threads = 3 (environment variable ESPALIER_THREADS)",
            "allow-download = false (default)",
            "engines.other.name =  (default)",
            "engines.pytorch.cudnn-benchmark = false (default)",
            "engines.pytorch.max-streams =  (default)",
            "engines.pytorch.allow-download = false (default)");
  }

  @Test
  void allThatIsWrongIsToldAtOnce() throws IOException {
    Path file =
        write(
            """
            espalier {
              engine = pytorhc
              devcie = cpu
              threads = many
              engines.pytorch.cudnn-benchmrk = true
              engines.pytoch.max-streams = 2
              engine-order = { first = other }
              engines.pytorch.max-streams = [1, 2]
            }
            engine = other
            """);
    Map<String, String> variables =
        Map.of("ESPALIER_DEVICE", "gpuu", "ESPALIER_ENGINES_PYTORCH_MAX_STEAMS", "2");
    List<Setting> options =
        List.of(new Setting("engine-options.nam", "x", Origin.commandLine("--engine-option")));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                Configuration.of(
                    registry(),
                    sources -> sources.file(file).environment(variables).settings(options)))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
              assertThat(e.problem().replace(file.toString(), "espalier.conf"))
                  .isEqualTo(
                      Files.readString(
                          Path.of(
                              "src/test/resources/dev/espalier/core/configuration/problems.txt")));
              assertThat(e.remedy()).isEqualTo("Correct all of them.");
            });
  }

  @Test
  void oneProblemIsToldByItself() {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> environment(Map.of("ESPALIER_ENGINE", "pytorhc")))
        .withMessage(
            "There is no engine named \"pytorhc\" (environment variable ESPALIER_ENGINE)."
                + " Known names, nearest first: pytorch, other. [ESP-601]");
  }

  @Test
  void aWrongValueIsToldEvenIfAnotherPlaceWins() throws IOException {
    Path file = write("espalier.threads = many");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                Configuration.of(
                    registry(),
                    sources -> sources.file(file).environment(Map.of("ESPALIER_THREADS", "2"))))
        .withMessageContaining("The setting threads is \"many\" (" + file + ", line 1).")
        .withMessageContaining("Give a whole number, 0 or more.");
  }

  @Test
  void settingsOfAnEngineOfOursThatIsNotHereAreLeftAlone() throws IOException {
    Configuration configuration =
        read("espalier { engines.mxnet.anything = 1, engines.pytorch.max-streams = 2 }");
    assertThat(pytorch(configuration).extra()).isEqualTo(Map.of("max-streams", "2"));
    assertThat(configuration.settings())
        .extracting(Setting::name)
        .noneMatch(name -> name.startsWith("engines.mxnet"));
    assertThat(environment(Map.of("ESPALIER_ENGINES_MXNET_ANYTHING", "1")).engineSettings())
        .isEqualTo(EngineSettings.defaults());
    assertThatExceptionOfType(EspalierException.class)
        .as("an engine that nobody knows is not left alone")
        .isThrownBy(() -> read("espalier.engines.mxnett.anything = 1"))
        .withMessageContaining("There is no engine named \"mxnett\"");
  }

  @Test
  void anOptionOfWhicheverEngineMustBeOneOfTheNamedOne() {
    List<Setting> options =
        List.of(
            new Setting("engine", "other", Origin.commandLine("--engine")),
            new Setting("engine-options.max-streams", "2", Origin.commandLine("--engine-option")));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Configuration.of(registry(), sources -> sources.settings(options)))
        .withMessage(
            "There is no option of the engine other named \"max-streams\" (--engine-option)."
                + " Known names, nearest first: name. [ESP-604]");
  }

  @Test
  void aFileThatIsNotHoconIsToldWithTheLine() throws IOException {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> read("espalier {\n  engine = \n  pytorch\n"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION))
        .withMessageContaining("espalier.conf: ");
  }

  @Test
  void aFileThatIsNotThereIsToldAndOneThatMayBeMissingIsNot() {
    Path missing = folder.resolve("other.conf");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> Configuration.of(registry(), sources -> sources.file(missing)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_READABLE))
        .withMessageContaining(missing.toString());
    assertThat(Configuration.of(registry(), sources -> sources.folder(folder)).engineSettings())
        .isEqualTo(EngineSettings.defaults());
  }

  @Test
  void includesAndSubstitutionsWorkAndAreToldWithTheirFile() throws IOException {
    Path included = Files.writeString(folder.resolve("team.conf"), "espalier.threads = -1");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> read("include \"team.conf\"\nespalier.engine = pytorch"))
        .withMessageContaining("The setting threads is \"-1\" (" + included + ", line 1).");
    Configuration configuration =
        read("espalier.threads = 2\nespalier.engines.pytorch.max-streams = ${espalier.threads}");
    assertThat(pytorch(configuration).extra()).containsEntry("max-streams", "2");
  }
}
