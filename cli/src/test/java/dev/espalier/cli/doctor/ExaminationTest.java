package dev.espalier.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cli.doctor.Diagnosis.EngineState;
import dev.espalier.cli.doctor.Diagnosis.Problem;
import dev.espalier.core.EspalierVersion;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.configuration.Configuration;
import dev.espalier.engine.Availability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.plugin.Plugin;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExaminationTest {
  private static final Problem NO_ENGINE =
      new Problem(
          "No engine is usable, so models cannot be trained or run.",
          "See above what each engine is missing; one usable engine is enough.");

  @TempDir Path folder;

  /** An engine that must not be opened. */
  private record Closed(String name, Availability probed) implements EngineProvider, Plugin {
    @Override
    public String id() {
      return name;
    }

    @Override
    public List<EngineProvider> engines() {
      return List.of(this);
    }

    @Override
    public Availability probe(EngineOptions options) {
      return probed;
    }

    @Override
    public Engine open(EngineOptions options) {
      throw new AssertionError("opened");
    }
  }

  private Diagnosis examine(PluginRegistry registry, ClassLoader loader, Path cache) {
    Configuration configuration = Configuration.of(registry, sources -> {});
    return new Examination(registry, configuration, loader, false).diagnose(() -> cache, Map.of());
  }

  @Test
  void userWithoutAHomeFolderIsAProblemAndNotTheEndOfTheExamination() {
    Configuration configuration = Configuration.of(PluginRegistry.builder().build(), s -> {});
    EspalierException missing =
        new EspalierException(ErrorCode.INVALID_OPTION, "There is no folder.", "Name one.");
    Diagnosis diagnosis =
        new Examination(PluginRegistry.builder().build(), configuration, nothing(), false)
            .diagnose(
                () -> {
                  throw missing;
                },
                Map.of());
    assertThat(diagnosis.machine().cacheFolder()).isEqualTo("none");
    assertThat(diagnosis.problems()).contains(new Problem("There is no folder.", "Name one."));
  }

  private static ClassLoader nothing() {
    return new URLClassLoader(new URL[0], null);
  }

  @Test
  void anEngineOfOursThatIsNotThereComesWithItsCoordinates() {
    Diagnosis diagnosis = examine(PluginRegistry.builder().build(), nothing(), folder);
    assertThat(diagnosis.isUsable()).isFalse();
    assertThat(diagnosis.engines())
        .extracting(EngineState::name, EngineState::remedy)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("tensorflow", add("tensorflow")),
            org.assertj.core.groups.Tuple.tuple("pytorch", add("pytorch")),
            org.assertj.core.groups.Tuple.tuple("mxnet", add("mxnet")),
            org.assertj.core.groups.Tuple.tuple("onnxruntime", add("onnxruntime")));
    assertThat(diagnosis.problems()).containsExactly(NO_ENGINE);
    assertThat(DiagnosisText.of(diagnosis))
        .containsSubsequence("Problems", "  " + NO_ENGINE.problem(), "    " + NO_ENGINE.remedy())
        .doesNotContain("  none");
  }

  private static String add(String engine) {
    return "Add dev.espalier:espalier-engine-" + engine + ":" + EspalierVersion.current() + ".";
  }

  /** djl#940, djl#2395, djl#622. */
  @Test
  void pluginsWhoseServicesFileWasLostInAFatJarAreFound() {
    Diagnosis diagnosis =
        examine(PluginRegistry.builder().build(), ExaminationTest.class.getClassLoader(), folder);
    assertThat(diagnosis.problems())
        .extracting(Problem::problem)
        .containsExactly(
            NO_ENGINE.problem(),
            "The plugin tensorflow is on the class path, but nothing names it.",
            "The plugin pytorch is on the class path, but nothing names it.",
            "The plugin mxnet is on the class path, but nothing names it.",
            "The plugin onnxruntime is on the class path, but nothing names it.",
            "The plugin efficientnet is on the class path, but nothing names it.",
            "The plugin convnext is on the class path, but nothing names it.",
            "The plugin mobilenet is on the class path, but nothing names it.",
            "The plugin resnet is on the class path, but nothing names it.",
            "The plugin weights is on the class path, but nothing names it.",
            "The plugin datasets is on the class path, but nothing names it.",
            "The plugin augment is on the class path, but nothing names it.",
            "The plugin callbacks is on the class path, but nothing names it.",
            "The plugin onnx is on the class path, but nothing names it.",
            "The plugin report is on the class path, but nothing names it.");
    assertThat(diagnosis.problems().get(2).remedy())
        .isEqualTo(
            "Unless it was left out on purpose: when jars are merged into one, their files"
                + " META-INF/services/dev.espalier.plugin.Plugin must be merged too (for Maven's"
                + " shade plugin: ServicesResourceTransformer); the line"
                + " dev.espalier.engine.pytorch.PyTorchPlugin is missing.");
  }

  @Test
  void whatAnEngineSaysOfItselfIsPassedOnWithoutOpeningIt() {
    Closed broken =
        new Closed("broken", Availability.unusable("It lacks a part.", "Add org.example:part:1."));
    PluginRegistry registry = PluginRegistry.builder().add(broken).build();
    EngineState state = examine(registry, nothing(), folder).engines().get(0);
    assertThat(state.usable()).isFalse();
    assertThat(state.explanation()).isEqualTo("It lacks a part.");
    assertThat(state.remedy()).isEqualTo("Add org.example:part:1.");
    assertThat(examine(registry, nothing(), folder).problems()).containsExactly(NO_ENGINE);
  }

  @Test
  void anEngineThatCanBeUsedIsNoProblem() {
    Closed usable =
        new Closed("usable", new Availability(true, "It would be used.", "", null, null));
    PluginRegistry registry = PluginRegistry.builder().add(usable).build();
    assertThat(examine(registry, nothing(), folder).problems()).isEmpty();
  }

  @Test
  void aCacheFolderThatCannotBeWrittenIsAProblem() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    Diagnosis diagnosis =
        examine(PluginRegistry.builder().build(), nothing(), file.resolve("cache"));
    assertThat(diagnosis.problems())
        .extracting(Problem::problem)
        .containsExactly(
            NO_ENGINE.problem(),
            "The cache folder " + file.resolve("cache") + " cannot be written.");
    assertThat(file).isRegularFile();
    assertThat(Machine.isWritable(folder.resolve("not/yet/there"))).isTrue();
    assertThat(folder.resolve("not")).doesNotExist();
  }

  @Test
  void theMachineIsLookedAt() {
    Machine machine = Machine.current(folder, Map.of("MALLOC_ARENA_MAX", "1"));
    assertThat(machine.processors()).isPositive();
    assertThat(machine.heapMegabytes()).isPositive();
    assertThat(machine.java()).contains(Runtime.version().toString());
    assertThat(machine.cacheWritable()).isTrue();
  }
}
