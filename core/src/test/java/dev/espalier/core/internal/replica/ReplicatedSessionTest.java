package dev.espalier.core.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.engine.tensorflow.TensorFlowEngineProvider;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that work as one, and what happens if one of them fails. */
@Tag("native")
class ReplicatedSessionTest {
  private static final Variable WEIGHT =
      new Variable(
          "kernel", TensorType.float32(3), Variable.Role.WEIGHT, true, Initializers.zeros());

  /** TensorFlow, whose sessions fail on demand. */
  private static final class Flaky implements Engine {
    private final Engine engine = new TensorFlowEngineProvider().open(EngineOptions.defaults());
    private final List<FlakySession> sessions = new ArrayList<>();
    private int most = Integer.MAX_VALUE;

    @Override
    public String name() {
      return "flaky";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Device> devices() {
      return engine.devices();
    }

    @Override
    public Set<Capability> capabilities() {
      return engine.capabilities();
    }

    @Override
    public Session openSession(Device device) {
      if (sessions.size() == most) {
        throw new EspalierException(ErrorCode.ENGINE_FAILED, "It is full.", "Use another.");
      }
      FlakySession session = new FlakySession(engine.openSession(device));
      sessions.add(session);
      return session;
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  private static final class FlakySession implements Session {
    private final Session session;
    private String failing = "";
    private boolean unreadable;
    private boolean closed;

    FlakySession(Session session) {
      this.session = session;
    }

    @Override
    public void write(Map<Variable, HostArray> values) {
      session.write(values);
    }

    @Override
    public HostArray read(Variable variable) {
      if (unreadable) {
        throw new EspalierException(ErrorCode.ENGINE_FAILED, "It is gone.", "Go on without it.");
      }
      return session.read(variable);
    }

    @Override
    public Executable compile(Program program) {
      Executable compiled = session.compile(program);
      return new Executable() {
        @Override
        public Map<String, HostArray> run(Map<String, HostArray> inputs) {
          if (program.name().equals(failing)) {
            throw new EspalierException(ErrorCode.ENGINE_FAILED, "It is hot.", "Cool it.");
          }
          return compiled.run(inputs);
        }

        @Override
        public void close() {
          compiled.close();
        }
      };
    }

    @Override
    public void close() {
      closed = true;
      session.close();
    }
  }

  private static Session opened(Flaky engine, int replicas) {
    Session session =
        ReplicatedSession.open(
            engine, Collections.nCopies(replicas, Device.cpu()), UnaryOperator.identity());
    session.write(Map.of(WEIGHT, HostArray.wrap(Shape.of(3), 1, -2, 0.5f)));
    return session;
  }

  /**
   * Moves the weights along the gradient of the mean of sigmoid(x * w), and adds up the samples.
   */
  private static Program step() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(-1, 3));
    Tensor weight = ops.read(WEIGHT);
    Tensor losses = ops.sigmoid(ops.sum(ops.multiply(x, weight), 1));
    Tensor gradient = ops.gradients(ops.mean(losses, 0), List.of(weight)).get(0);
    Tensor norm = ops.sqrt(ops.sum(ops.square(gradient), 0));
    Tensor moved = ops.subtract(weight, ops.divide(gradient, norm));
    Tensor sum = ops.sum(losses, 0);
    return new Program(
        "train",
        ops.toGraph(),
        List.of(
            new Program.Output("sum", sum),
            new Program.Output("rows", losses),
            new Program.Output("norm", norm)),
        List.of(new Program.Update(WEIGHT, moved)));
  }

  private static Map<String, HostArray> batch(int size) {
    float[] values = new float[size * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * 1.3);
    }
    return Map.of("x", HostArray.wrap(Shape.of(size, 3), values));
  }

  private static HostArray weight(Session session) {
    return session.read(WEIGHT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void replicasStayEqualBitForBit(int size) {
    try (Flaky engine = new Flaky();
        Session session = opened(engine, 3);
        Executable step = session.compile(step())) {
      for (int i = 0; i < 5; i++) {
        HostArray before = weight(session);
        Map<String, HostArray> outputs = step.run(batch(size));
        assertThat(outputs).containsOnlyKeys("sum", "rows", "norm");
        assertThat(outputs.get("rows").shape()).isEqualTo(Shape.of(size));
        assertThat(weight(session)).isNotEqualTo(before);
        assertThat(engine.sessions)
            .extracting(replica -> weight(replica))
            .containsOnly(weight(session));
      }
    }
  }

  @Test
  void rowsComeInTheOrderOfTheSamples() {
    try (Flaky engine = new Flaky();
        Session one = opened(engine, 1);
        Session three = opened(engine, 3);
        Executable alone = one.compile(step());
        Executable together = three.compile(step())) {
      HostArray expected = alone.run(batch(8)).get("rows");
      assertThat(together.run(batch(8)).get("rows")).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aFailureOfOneReplicaChangesNoneAndSaysWhere(int failing) {
    try (Flaky engine = new Flaky();
        Session session = opened(engine, 3);
        Executable step = session.compile(step())) {
      HostArray before = weight(session);
      for (String half : List.of("train", "train update")) {
        engine.sessions.get(failing).failing = half;
        assertThatExceptionOfType(EspalierException.class)
            .isThrownBy(() -> step.run(batch(7)))
            .withMessage(
                "Replica " + (failing + 1) + " of 3, on cpu: It is hot. Cool it. [ESP-504]");
        assertThat(engine.sessions).extracting(replica -> weight(replica)).containsOnly(before);
      }
      engine.sessions.get(failing).failing = "";
      step.run(batch(7));
      assertThat(engine.sessions)
          .extracting(replica -> weight(replica))
          .containsOnly(weight(session))
          .doesNotContain(before);
    }
  }

  @Test
  void replicasThatCannotBeMadeEqualAgainAreNotUsed() {
    try (Flaky engine = new Flaky();
        Session session = opened(engine, 2);
        Executable step = session.compile(step())) {
      engine.sessions.get(1).failing = "train update";
      engine.sessions.get(1).unreadable = true;
      assertThatThrownBy(() -> step.run(batch(4))).hasMessageContaining("It is hot.");
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> weight(session))
          .withMessage(
              "The replicas on cpu, cpu have different weights since a step failed on cpu."
                  + " Create a new trainer, and resume from a checkpoint. [ESP-504]");
    }
  }

  @Test
  void inputsOfDifferentBatchSizesAreRefused() {
    Ops ops = new Ops();
    Tensor sum =
        ops.add(
            ops.sum(ops.input("a", TensorType.float32(-1)), 0),
            ops.sum(ops.input("b", TensorType.float32(-1)), 0));
    Program program =
        new Program("evaluate", ops.toGraph(), List.of(new Program.Output("sum", sum)), List.of());
    try (Flaky engine = new Flaky();
        Session session = opened(engine, 2);
        Executable step = session.compile(program)) {
      HostArray two = HostArray.wrap(Shape.of(2), 1, 2);
      HostArray three = HostArray.wrap(Shape.of(3), 1, 2, 3);
      assertThat(step.run(Map.of("a", two, "b", two)).get("sum").item()).isEqualTo(6);
      assertThatThrownBy(() -> step.run(Map.of("a", two, "b", three)))
          .hasMessageContaining(
              "The input \"b\" of the program \"evaluate\" is a batch of 3, but others are of 2.");
      assertThatThrownBy(() -> step.run(Map.of("a", two))).hasMessageContaining("\"b\"");
    }
  }

  @Test
  void closingClosesAllAndMayBeRepeated() {
    try (Flaky engine = new Flaky()) {
      Session session = opened(engine, 2);
      Executable step = session.compile(step());
      session.close();
      session.close();
      assertThat(engine.sessions).hasSize(2).allMatch(replica -> replica.closed);
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> step.run(batch(2)))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
      step.close();
    }
  }

  @Test
  void sessionsThatOpenedAreClosedIfAnotherDoesNot() {
    try (Flaky engine = new Flaky()) {
      engine.most = 2;
      assertThatThrownBy(() -> opened(engine, 3)).hasMessageContaining("It is full.");
      assertThat(engine.sessions).hasSize(2).allMatch(replica -> replica.closed);
    }
  }
}
