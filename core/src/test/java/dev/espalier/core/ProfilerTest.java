package dev.espalier.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.activation.Activation;
import dev.espalier.core.profile.Profile;
import dev.espalier.core.profile.ProfileRow;
import dev.espalier.core.profile.Profiler;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What is run, and how the times of an engine become tables; engines measure in their own tests.
 */
class ProfilerTest {
  private final ScriptedEngine scripted = new ScriptedEngine();
  private final Engine engine = scripted.open(EngineOptions.defaults());
  private final Model model =
      Sequential.of(
          Input.image(8, 8, 3),
          GlobalAveragePooling2D.create(),
          Dense.of(6).named("hidden"),
          Dense.of(4).activation(Activation.SOFTMAX).named("top"));

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void eachStepIsWarmedUpMeasuredAsAWholeAndThenByOperator() {
    Profile profile = Profiler.of(model).batchSize(5).warmUp(2).steps(3).training(engine);
    assertThat(scripted.runs).hasSize(2 * (2 + 3));
    assertThat(scripted.compiled).extracting(Program::name).containsExactly("train");
    assertThat(scripted.openSessions).isZero();
    assertThat(profile.steps()).isEqualTo(3);
    assertThat(profile.step()).isEqualTo("train");
    Map<String, HostArray> fed = scripted.runs.get(0);
    assertThat(fed.get("image").shape().sizes()).containsExactly(5, 8, 8, 3);
    assertThat(fed.get("sample_weight").toFloats()).containsOnly(1);
  }

  @Test
  void theRowsAndWhatIsOutsideOfOperatorsAddUpToTheStep() {
    Profile profile = Profiler.of(model).steps(4).training(engine);
    assertThat(profile.milliseconds()).isCloseTo(11, within(1e-9));
    assertThat(profile.otherMilliseconds()).isCloseTo(5, within(1e-9));
    assertThat(profile.byLayer()).hasSize(2);
    for (var table : List.of(profile.byLayer(), profile.byPrimitive(), profile.byOperator())) {
      assertThat(table.stream().mapToDouble(ProfileRow::milliseconds).sum())
          .isCloseTo(6, within(1e-9));
    }
    ProfileRow primitive = profile.byPrimitive().get(0);
    assertThat(primitive.name()).isEqualTo("MatMul");
    assertThat(primitive.gradientMilliseconds()).isCloseTo(4, within(1e-9));
    assertThat(primitive.fraction()).isCloseTo(6 / 11.0, within(1e-9));
    assertThat(primitive.calls()).isEqualTo(4);
    assertThat(primitive.bytes()).isEqualTo(4 * 64);
    assertThat(profile.byLayer())
        .extracting(ProfileRow::name)
        .containsExactlyInAnyOrder("hidden", "top");
    assertThat(profile.byOperator())
        .extracting(ProfileRow::name)
        .containsExactly("gemm_backward", "gemm");
  }

  @Test
  void inferenceNeedsNoEngineThatTrains() {
    scripted.capabilities.remove(Capability.TRAINING);
    assertThat(Profiler.of(model).inference(engine).step()).isEqualTo("predict");
    assertRefused(() -> Profiler.of(model).training(engine), "cannot train");
  }

  @Test
  void anEngineThatDoesNotMeasureIsRefusedBeforeItRuns() {
    scripted.capabilities.remove(Capability.PROFILING);
    assertRefused(
        () -> Profiler.of(model).inference(engine), "cannot measure the time of each operator");
    assertThat(scripted.runs).isEmpty();
  }

  private static void assertRefused(Runnable call, String words) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED_CAPABILITY))
        .hasMessageContaining(words);
  }

  @Test
  void rangesAreChecked() {
    Profiler profiler = Profiler.of(model);
    assertThatThrownBy(() -> profiler.batchSize(0)).hasMessageContaining("0 samples");
    assertThatThrownBy(() -> profiler.steps(0)).hasMessageContaining("0 steps");
    assertThatThrownBy(() -> profiler.warmUp(-1)).hasMessageContaining("-1 steps");
  }
}
