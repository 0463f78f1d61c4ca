package dev.espalier.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.core.fixture.OfferedEngine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.option.OptionDescription;
import dev.espalier.option.Origin;
import dev.espalier.option.Setting;
import dev.espalier.option.Settings;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EngineChoiceTest {
  private static final OfferedEngine BROKEN =
      OfferedEngine.missing("tensorflow", "Its library is missing.", "Add g:tensorflow:1:linux.");

  private static String choose(
      List<? extends EngineProvider> known, Consumer<EngineSettings.Builder> settings) {
    return EngineChoice.choose(List.copyOf(known), EngineSettings.of(settings)).name();
  }

  private static void assertRefused(
      List<? extends EngineProvider> known,
      EngineSettings settings,
      ErrorCode code,
      String problem,
      String remedy) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> EngineChoice.choose(List.copyOf(known), settings))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.problem()).isEqualTo(problem);
              assertThat(e.remedy()).isEqualTo(remedy);
            });
  }

  private static EngineSettings line3(String name, String text) {
    return new EngineSettings(
        Settings.none().with(List.of(new Setting(name, text, Origin.file("espalier.conf", 3)))));
  }

  @Test
  void prefersAnEngineMadeForInferenceToPredictAndNeverTrainsOnIt() {
    OfferedEngine predicting = OfferedEngine.usable("predicting").forInferenceOnly();
    List<OfferedEngine> known = List.of(OfferedEngine.usable("tensorflow"), predicting);
    EngineSettings settings = EngineSettings.defaults();
    assertThat(EngineChoice.choose(List.copyOf(known), settings.forInference()).name())
        .isEqualTo("predicting");
    assertThat(EngineChoice.choose(List.copyOf(known), settings).name()).isEqualTo("tensorflow");
    EngineSettings order =
        EngineSettings.of(builder -> builder.engineOrder("predicting", "tensorflow"));
    assertThat(EngineChoice.choose(List.copyOf(known), order).name()).isEqualTo("tensorflow");
    EngineSettings named = EngineSettings.of(builder -> builder.engine("tensorflow"));
    assertThat(EngineChoice.choose(List.copyOf(known), named.forInference()).name())
        .isEqualTo("tensorflow");
  }

  @Test
  void theFastestForTheDeviceIsTakenByDefault() {
    List<OfferedEngine> known =
        List.of(
            OfferedEngine.usable("another"),
            OfferedEngine.usable("mxnet"),
            OfferedEngine.usable("pytorch").withGpuLibrary(),
            OfferedEngine.usable("tensorflow").withGpuLibrary());
    assertThat(choose(known, settings -> settings.device("cpu"))).isEqualTo("tensorflow");
    assertThat(choose(known, settings -> settings.device("auto"))).isEqualTo("tensorflow");
    assertThat(choose(known, settings -> settings.device("gpu:1"))).isEqualTo("pytorch");
    assertThat(choose(known, settings -> {})).isEqualTo("tensorflow");
  }

  /** nd4j#2065, dl4j#2670 (builds for processor and graphics card that break each other). */
  @Test
  void anEngineThatCannotBeUsedIsSkipped() {
    assertThat(choose(List.of(BROKEN, OfferedEngine.usable("pytorch")), settings -> {}))
        .isEqualTo("pytorch");
  }

  @Test
  void anEngineWhoseLibraryIsForTheProcessorOnlyIsSkippedIfAGraphicsCardIsWanted() {
    List<OfferedEngine> known =
        List.of(
            OfferedEngine.usable("pytorch"), OfferedEngine.usable("tensorflow").withGpuLibrary());
    assertThat(choose(known, settings -> settings.device("gpu"))).isEqualTo("tensorflow");
  }

  @Test
  void theUsersOrderWinsAndLeavesOutWhatItDoesNotName() {
    List<OfferedEngine> known =
        List.of(OfferedEngine.usable("tensorflow"), OfferedEngine.usable("another"));
    assertThat(choose(known, settings -> settings.engineOrder("another", "tensorflow")))
        .isEqualTo("another");
    assertRefused(
        List.of(BROKEN, OfferedEngine.usable("another")),
        EngineSettings.of(settings -> settings.engineOrder("tensorflow")),
        ErrorCode.ENGINE_UNAVAILABLE,
        "No engine can be used here.",
        "tensorflow: Its library is missing. Add g:tensorflow:1:linux. Run espalier"
            + " doctor for details.");
  }

  @Test
  void aNamedEngineIsTakenWithoutAsking() {
    assertThat(choose(List.of(BROKEN), settings -> settings.engine("tensorflow")))
        .isEqualTo("tensorflow");
  }

  @Test
  void anEngineIsAskedWithTheOptionsThatAreForIt() {
    OptionDescription<String> folder = OptionDescription.text("folder", "Where it is.");
    OfferedEngine engine = OfferedEngine.usable("another").withOption(folder);
    choose(List.of(engine), settings -> settings.threads(2).option("another", "folder", "/a"));
    assertThat(engine.askedWith())
        .isEqualTo(EngineOptions.of(options -> options.threads(2).extra("folder", "/a")));
  }

  @Test
  void anUnknownEngineListsTheNearestWithThePlaceThatNamesIt() {
    assertRefused(
        List.of(BROKEN, OfferedEngine.usable("another")),
        line3("engine", "tensorfow"),
        ErrorCode.UNKNOWN_NAME,
        "There is no engine named \"tensorfow\" (espalier.conf, line 3).",
        "Known names, nearest first: tensorflow, another.");
    assertRefused(
        List.of(BROKEN),
        line3("engine-order", "tensorflow, tensorfow"),
        ErrorCode.UNKNOWN_NAME,
        "There is no engine named \"tensorfow\" (espalier.conf, line 3).",
        "Known names, nearest first: tensorflow.");
  }

  @Test
  void anEngineOfOursThatIsNotHereIsToldWithItsArtifact() {
    assertRefused(
        List.of(BROKEN),
        EngineSettings.of(settings -> settings.engine("pytorch")),
        ErrorCode.UNKNOWN_NAME,
        "There is no engine named \"pytorch\".",
        "Add dev.espalier:espalier-engine-pytorch. Known names, nearest first: tensorflow.");
  }

  @Test
  void anUnknownDeviceIsToldBeforeAnEngineIsAsked() {
    assertRefused(
        List.of(BROKEN),
        line3("device", "gpuu"),
        ErrorCode.INVALID_OPTION,
        "The setting device is \"gpuu\" (espalier.conf, line 3).",
        "Give auto, cpu, gpu, gpu:0, gpu:1 and so on.");
  }

  @Test
  void anOptionThatNoEngineKnowsListsTheNearest() {
    OptionDescription<Boolean> benchmark = OptionDescription.flag("benchmark", "Tries.");
    assertRefused(
        List.of(OfferedEngine.usable("another").withOption(benchmark), BROKEN),
        EngineSettings.of(settings -> settings.option("benchmrk", "true")),
        ErrorCode.INVALID_OPTION,
        "There is no option of an engine named \"benchmrk\".",
        "Known names, nearest first: benchmark.");
  }

  @Test
  void aGraphicsCardThatNoEngineUsesIsToldWithWhatEachNeeds() {
    assertRefused(
        List.of(OfferedEngine.usable("another"), BROKEN),
        line3("device", "gpu:3"),
        ErrorCode.UNKNOWN_DEVICE,
        "No engine here computes on the device gpu:3 (espalier.conf, line 3).",
        "tensorflow: Its library is missing. Add g:tensorflow:1:linux. another: Its"
            + " library g:another:1:linux computes on the CPU only. For a GPU: tensorflow"
            + " needs CUDA 12 and g:tensorflow:1:linux-gpu. another needs CUDA 12 and"
            + " g:another:1:linux-gpu.");
  }

  @Test
  void noEngineAtAllIsSaid() {
    assertRefused(
        List.of(),
        EngineSettings.defaults(),
        ErrorCode.ENGINE_UNAVAILABLE,
        "No engine is known, though the classes of tensorflow are on the class path.",
        MissingEngine.remedyForPresent(List.of("tensorflow")));
  }

  private static String frozenBase(
      List<? extends EngineProvider> known, Consumer<EngineSettings.Builder> settings) {
    EngineProvider found =
        EngineChoice.ofFrozenBase(List.copyOf(known), EngineSettings.of(settings), "tensorflow");
    return found == null ? "none" : found.name();
  }

  @Test
  void theFrozenBaseIsLeftToTheFirstUsableEngineThatIsMadeForInference() {
    OfferedEngine training = OfferedEngine.usable("tensorflow");
    OfferedEngine predicting = OfferedEngine.usable("onnxruntime").forInferenceOnly();
    OfferedEngine another = OfferedEngine.usable("another").forInferenceOnly();
    OfferedEngine broken = OfferedEngine.missing("onnxruntime", "It is gone.", "Get it.");
    assertThat(frozenBase(List.of(training, another, predicting), s -> {}))
        .isEqualTo("onnxruntime");
    assertThat(frozenBase(List.of(training, another, broken.forInferenceOnly()), s -> {}))
        .isEqualTo("another");
    assertThat(frozenBase(List.of(training, OfferedEngine.usable("pytorch")), s -> {}))
        .isEqualTo("none");
  }

  @Test
  void theFrozenBaseIsLeftToTheEngineThatIsNamedForIt() {
    List<OfferedEngine> known =
        List.of(
            OfferedEngine.usable("tensorflow"),
            OfferedEngine.usable("pytorch"),
            OfferedEngine.usable("onnxruntime").forInferenceOnly(),
            OfferedEngine.missing("mxnet", "It is gone.", "Get it."));
    assertThat(frozenBase(known, s -> s.frozenBaseEngine("pytorch"))).isEqualTo("pytorch");
    assertThat(frozenBase(known, s -> s.frozenBaseEngine("tensorflow"))).isEqualTo("none");
    assertThat(frozenBase(known, s -> s.frozenBaseEngine("same"))).isEqualTo("none");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                EngineChoice.ofFrozenBase(
                    List.copyOf(known), line3("frozen-base-engine", "mxnet"), "tensorflow"))
        .matches(e -> e.code() == ErrorCode.ENGINE_UNAVAILABLE)
        .withMessageContaining("espalier.conf, line 3")
        .withMessageContaining("It is gone");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () ->
                EngineChoice.ofFrozenBase(
                    List.copyOf(known), line3("frozen-base-engine", "onnx"), "tensorflow"))
        .matches(e -> e.code() == ErrorCode.UNKNOWN_NAME)
        .withMessageContaining("espalier.conf, line 3");
  }

  @Test
  void whatPredictsOrComputesOnAGraphicsCardIsNotDivided() {
    List<EngineProvider> known =
        List.of(
            OfferedEngine.usable("tensorflow").withGpuLibrary(),
            OfferedEngine.usable("onnxruntime").forInferenceOnly());
    assertThat(frozenBase(known, s -> s.device("gpu"))).isEqualTo("none");
    assertThat(frozenBase(known, s -> s.device("cpu"))).isEqualTo("onnxruntime");
    assertThat(EngineChoice.ofFrozenBase(known, EngineSettings.defaults(), "onnxruntime")).isNull();
    assertThat(
            EngineChoice.ofFrozenBase(
                known, EngineSettings.defaults().forInference(), "tensorflow"))
        .isNull();
  }

  @Test
  void optionsForTheEngineThatTrainsAreNotGivenToTheOneOfTheFrozenBase() {
    OfferedEngine predicting = OfferedEngine.usable("onnxruntime").forInferenceOnly();
    frozenBase(
        List.of(OfferedEngine.usable("tensorflow"), predicting),
        s ->
            s.threads(3)
                .option("library-folder", "/tensorflow")
                .option("onnxruntime", "spinning", "true"));
    assertThat(predicting.askedWith())
        .isEqualTo(EngineOptions.of(o -> o.threads(3).extra("spinning", "true")));
  }
}
