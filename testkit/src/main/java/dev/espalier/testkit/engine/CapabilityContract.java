package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.ErrorAssertions.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.TensorType;
import java.util.List;
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

  private List<HostArray> trained() {
    try (Session session = openSession()) {
      return SmallTraining.train(session, 25);
    }
  }
}
