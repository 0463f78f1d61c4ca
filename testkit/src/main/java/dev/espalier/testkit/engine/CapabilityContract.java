package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.ErrorAssertions.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Executable;
import dev.espalier.engine.OperatorOrigin;
import dev.espalier.engine.OperatorRun;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * An engine supports the capabilities that it declares and rejects all others with {@link
 * ErrorCode#UNSUPPORTED_CAPABILITY} before anything runs.
 */
public interface CapabilityContract extends EngineFixture {

  /** Returns whether the engine declares a capability. */
  private boolean declares(Capability capability) {
    return engine().capabilities().contains(capability);
  }

  /** A program with gradients trains, or is rejected at compile time. */
  @Test
  default void gradientsAreRefusedByAnEngineThatCannotTrain() {
    try (Session session = openSession()) {
      if (declares(Capability.TRAINING)) {
        assertThat(SmallTraining.train(session, 5)).isNotEmpty();
      } else {
        assertFails(
            ErrorCode.UNSUPPORTED_CAPABILITY,
            () -> session.compile(SmallTraining.program()),
            engine().name(),
            "\"train\"");
      }
    }
  }

  /** Every engine compiles programs without gradients. */
  @Test
  default void programsWithoutGradientsNeedNoCapability() {
    Ops ops = new Ops();
    var sum = ops.sum(ops.input("x", TensorType.float32(3)), 0);
    try (Session session = openSession();
        Executable executable = session.compile(EngineFixture.program("sum", ops, List.of(sum)))) {
      assertThat(executable).isNotNull();
    }
  }

  /** A second session opens, or is rejected while the first one is open. */
  @Test
  default void aSecondSessionIsRefusedByAnEngineThatHoldsOne() {
    try (Session first = openSession()) {
      if (declares(Capability.CONCURRENT_SESSIONS)) {
        openSession().close();
      } else {
        assertFails(
            ErrorCode.UNSUPPORTED_CAPABILITY, this::openSession, engine().name(), "session");
      }
      assertThat(first).isNotNull();
    }
    openSession().close();
  }

  /**
   * Equal inputs and weights give bit-identical results after training steps, or the engine rejects
   * determinism.
   */
  @Test
  default void equalRunsGiveEqualBitsOrDeterminismIsRefused() {
    if (!declares(Capability.DETERMINISTIC)) {
      assertFails(
          ErrorCode.UNSUPPORTED_CAPABILITY,
          () -> engine().require(Set.of(Capability.DETERMINISTIC), "a test"),
          engine().name());
    } else if (declares(Capability.TRAINING)) {
      List<HostArray> first = trained();
      assertThat(trained()).isEqualTo(first);
      assertThat(first.get(0).toFloats()).doesNotContain(Float.NaN);
    }
  }

  /** A profile is of the same step and names its layers, or is rejected. */
  @Test
  default void profilesMeasureTheOperatorsOfEachLayerOrAreRefused() {
    if (!declares(Capability.PROFILING)) {
      Ops ops = new Ops();
      var sum = ops.sum(ops.input("x", TensorType.float32(3)), 0);
      try (Session session = openSession();
          Executable executable =
              session.compile(EngineFixture.program("sum", ops, List.of(sum)))) {
        assertFails(
            ErrorCode.UNSUPPORTED_CAPABILITY,
            () -> executable.profile(Map.of("x", HostArray.wrap(Shape.of(3), 1, 2, 3))),
            engine().name(),
            "measure");
      }
    } else if (declares(Capability.TRAINING)) {
      List<HostArray> weights = new ArrayList<>();
      ProfiledRun run;
      List<HostArray> expected;
      try (Session session = openSession();
          Session other = openSession()) {
        run = SmallTraining.profile(session, weights::addAll);
        expected = SmallTraining.train(other, 1);
      }
      assertThat(weights).as("weights after a measured step").isEqualTo(expected);
      assertThat(run.outputs().keySet()).containsExactly("y0");
      assertThat(run.operators())
          .extracting(OperatorRun::origin)
          .contains(
              new OperatorOrigin("conv", "Conv2d", false),
              new OperatorOrigin("conv", "Conv2d", true),
              new OperatorOrigin("depthwise", "DepthwiseConv2d", false),
              new OperatorOrigin("depthwise", "DepthwiseConv2d", true),
              new OperatorOrigin("norm", "BatchNormTraining", false),
              new OperatorOrigin("dense", "MatMul", true));
      assertThat(run.operators())
          .filteredOn(one -> one.origin().equals(new OperatorOrigin("conv", "Conv2d", false)))
          .as("size of 8 feature maps of 12x12x16 and what else the operators of the layer store")
          .anySatisfy(one -> assertThat(one.bytes()).isEqualTo(8L * 12 * 12 * 16 * Float.BYTES));
      assertThat(run.operators().stream().mapToLong(OperatorRun::nanoseconds).sum())
          .isPositive()
          .isLessThanOrEqualTo(run.nanoseconds());
    }
  }

  private List<HostArray> trained() {
    try (Session session = openSession()) {
      return SmallTraining.train(session, 25);
    }
  }
}
