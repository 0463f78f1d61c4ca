package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.EngineFixture.program;
import static dev.espalier.testkit.engine.EngineFixture.run;
import static dev.espalier.testkit.engine.EngineFixture.weight;
import static dev.espalier.testkit.engine.ErrorAssertions.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gradients through whole graphs, inputs, outputs and updates. */
public interface ProgramContract extends EngineFixture {

  private static HostArray floats(float... values) {
    return HostArray.wrap(Shape.of(values.length), values);
  }

  /** A tensor that is used twice gets the sum of both gradients. */
  @Test
  default void gradientsThatMeetAreAdded() {
    List<HostArray> results =
        evaluate(
            Map.of("x", floats(1, 2, 3)),
            in -> {
              Ops ops = in.ops();
              Tensor x = in.get("x");
              Tensor y = ops.add(ops.add(ops.square(x), ops.multiply(x, 5)), ops.multiply(x, x));
              return ops.gradients(ops.sum(y, 0), List.of(x));
            });
    assertThat(results).containsExactly(floats(9, 13, 17));
  }

  /**
   * The gradient with respect to a tensor that the loss does not depend on is zero, not missing.
   */
  @Test
  default void gradientIsZeroWithoutAPath() {
    List<HostArray> results =
        evaluate(
            Map.of("x", floats(1, 2), "unused", floats(3, 4, 5)),
            in -> {
              Ops ops = in.ops();
              Tensor stopped = ops.stopGradient(in.get("x"));
              Tensor y = ops.sum(ops.multiply(stopped, in.get("x")), 0);
              Tensor index = ops.argMax(in.get("unused"), 0);
              y = ops.add(y, ops.cast(index, DataType.FLOAT32));
              return ops.gradients(y, List.of(in.get("x"), in.get("unused"), stopped));
            });
    assertThat(results).containsExactly(floats(1, 2), floats(0, 0, 0), floats(1, 2));
  }

  /** Gradients with respect to intermediate values work, together with those of earlier values. */
  @Test
  default void gradientsOfIntermediateValues() {
    List<HostArray> results =
        evaluate(
            Map.of("x", floats(1, 2)),
            in -> {
              Ops ops = in.ops();
              Tensor x = in.get("x");
              Tensor middle = ops.multiply(x, 3);
              Tensor y = ops.sum(ops.square(middle), 0);
              return ops.gradients(y, List.of(middle, x, y));
            });
    assertThat(results).containsExactly(floats(6, 12), floats(18, 36), HostArray.scalar(1f));
  }

  /** Two gradient computations in one program are independent. */
  @Test
  default void gradientsOfTwoScalars() {
    List<HostArray> results =
        evaluate(
            Map.of("x", floats(1, 2)),
            in -> {
              Ops ops = in.ops();
              Tensor x = in.get("x");
              Tensor square = ops.square(x);
              Tensor first = ops.gradients(ops.sum(square, 0), List.of(x)).get(0);
              Tensor second =
                  ops.gradients(ops.mean(ops.multiply(square, x), 0), List.of(x)).get(0);
              return List.of(first, second);
            });
    assertThat(results).containsExactly(floats(2, 4), floats(1.5f, 6));
  }

  /** Floor has a zero gradient, but paths around it have theirs. */
  @Test
  default void floorPassesNoGradient() {
    List<HostArray> results =
        evaluate(
            Map.of("x", floats(1.5f, 2.25f)),
            in -> {
              Ops ops = in.ops();
              Tensor x = in.get("x");
              Tensor floor = ops.unary(Op.UnaryFunction.FLOOR, x);
              return ops.gradients(ops.sum(ops.multiply(floor, x), 0), List.of(x));
            });
    assertThat(results).containsExactly(floats(1, 2));
  }

  /** Mean and variance of a batch are outputs that do not propagate gradients. */
  @Test
  default void batchStatisticsOfARealisticBatch() {
    HostArray x = PrimitiveCase.spaced(16, 8, 8, 4);
    List<HostArray> results =
        evaluate(
            Map.of("x", x, "gamma", PrimitiveCase.positive(4), "beta", PrimitiveCase.spaced(4)),
            in ->
                in.ops()
                    .batchNormTraining(in.batched("x"), in.get("gamma"), in.get("beta"), 1e-3f));
    List<HostArray> expected =
        ReferencePrimitives.compute(
            new Op.BatchNormTraining(1e-3f),
            List.of(x, PrimitiveCase.positive(4), PrimitiveCase.spaced(4)));
    for (int c = 0; c < 4; c++) {
      assertThat(results.get(1).at(c))
          .isCloseTo(expected.get(1).at(c), org.assertj.core.data.Offset.offset(1e-6));
      // The unbiased variance would differ by 1/1023.
      assertThat(results.get(2).at(c) / expected.get(2).at(c))
          .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
    }
  }

  /** An input, a constant and the same value under two names can be outputs. */
  @Test
  default void outputsMayBeAnything() {
    List<HostArray> results =
        evaluate(
            Map.of("x", floats(1, 2)),
            in -> {
              Tensor constant = in.ops().constant(HostArray.wrapInts(Shape.of(1), 7));
              Tensor sum = in.ops().sum(in.get("x"), 0);
              return List.of(in.get("x"), constant, sum, sum, in.get("x"));
            });
    assertThat(results)
        .containsExactly(
            floats(1, 2),
            HostArray.wrapInts(Shape.of(1), 7),
            HostArray.scalar(3f),
            HostArray.scalar(3f),
            floats(1, 2));
  }

  /** One program accepts batches of different sizes. */
  @Test
  default void batchSizeMayChangeFromRunToRun() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(-1, 3));
    Tensor mean = ops.mean(ops.square(x), 0, 1);
    boolean trains = engine().capabilities().contains(Capability.TRAINING);
    List<Tensor> outputs =
        List.of(mean, trains ? ops.gradients(mean, List.of(x)).get(0) : ops.multiply(x, 2));
    try (Session session = openSession();
        Executable executable = session.compile(program("mean", ops, outputs))) {
      for (int batch : new int[] {1, 4, 2}) {
        HostArray input = HostArray.filled(TensorType.float32(batch, 3), 3);
        List<HostArray> results = run(executable, Map.of("x", input));
        assertThat(results.get(0).item()).isEqualTo(9);
        assertThat(results.get(1).shape()).isEqualTo(Shape.of(batch, 3));
        assertThat(results.get(1).at(0)).isEqualTo(trains ? 6f * (1f / (batch * 3f)) : 6.0);
      }
    }
  }

  /** Reads return the value at the start of the run, and all updates happen together. */
  @Test
  default void updatesHappenAfterAllReads() {
    int size = 50_000;
    Variable a = weight("a", size);
    Variable b = weight("b", size);
    Ops ops = new Ops();
    Tensor readA = ops.read(a);
    Tensor readB = ops.read(b);
    Tensor sum = ops.sum(ops.subtract(readA, ops.multiply(readB, 2)), 0);
    Program swap =
        program(
            "swap",
            ops,
            List.of(sum, readA),
            new Program.Update(a, readB),
            new Program.Update(b, readA));
    try (Session session = openSession();
        Executable executable = session.compile(swap)) {
      session.write(
          Map.of(
              a, HostArray.filled(a.type(), 1),
              b, HostArray.filled(b.type(), 2)));
      for (int i = 0; i < 50; i++) {
        List<HostArray> results = run(executable, Map.of());
        boolean even = i % 2 == 0;
        assertThat(results.get(0).item()).isEqualTo(size * (even ? -3.0 : 0.0));
        assertThat(results.get(1).at(size - 1)).isEqualTo(even ? 1 : 2);
      }
      assertThat(session.read(a)).isEqualTo(HostArray.filled(a.type(), 1));
      assertThat(session.read(b)).isEqualTo(HostArray.filled(b.type(), 2));
    }
  }

  /** A variable that was assigned the value of another does not change with it. */
  @Test
  default void variablesDoNotShareMemory() {
    Variable a = weight("a", 2);
    Variable b = weight("b", 2);
    Ops ops = new Ops();
    Tensor readA = ops.read(a);
    Program program =
        program(
            "copy",
            ops,
            List.of(),
            new Program.Update(b, readA),
            new Program.Update(a, ops.add(readA, 1)));
    try (Session session = openSession();
        Executable executable = session.compile(program)) {
      session.write(Map.of(a, floats(1, 2)));
      HostArray before = session.read(a);
      assertThat(executable.run(Map.of())).isEmpty();
      assertThat(session.read(b)).isEqualTo(floats(1, 2));
      assertThat(session.read(a)).isEqualTo(floats(2, 3));
      executable.run(Map.of());
      assertThat(session.read(b)).isEqualTo(floats(2, 3));
      assertThat(before).isEqualTo(floats(1, 2));
    }
  }

  /** A program may consist of updates with fed values only, and counters may be integers. */
  @Test
  default void integersCanBeUpdated() {
    Variable counter =
        EngineFixture.variable("count", new TensorType(DataType.INT32, Shape.scalar()));
    Ops ops = new Ops();
    Tensor next = ops.add(ops.read(counter), ops.input("by", counter.type()));
    try (Session session = openSession();
        Executable executable =
            session.compile(program("count", ops, List.of(), new Program.Update(counter, next)))) {
      session.write(Map.of(counter, HostArray.scalar(40)));
      executable.run(Map.of("by", HostArray.scalar(1)));
      executable.run(Map.of("by", HostArray.scalar(1)));
      assertThat(session.read(counter)).isEqualTo(HostArray.scalar(42));
    }
  }

  /** Missing, unknown and wrongly typed inputs are named in the error. */
  @Test
  default void wrongInputsAreNamed() {
    Ops ops = new Ops();
    Tensor x = ops.input("images", TensorType.float32(-1, 3));
    try (Session session = openSession();
        Executable executable = session.compile(program("sum", ops, List.of(ops.sum(x, 0, 1))))) {
      assertMismatch(executable, Map.of(), "\"images\"", "float32(None, 3)");
      assertMismatch(
          executable,
          Map.of("images", HostArray.filled(TensorType.float32(2, 4), 0)),
          "\"images\"",
          "float32(2, 4)");
      assertMismatch(
          executable, Map.of("images", HostArray.wrapInts(Shape.of(1, 3), 1, 2, 3)), "int32(1, 3)");
      assertMismatch(executable, Map.of("images", floats(1, 2, 3)), "float32(3,)");
      HostArray good = HostArray.filled(TensorType.float32(2, 3), 1);
      assertMismatch(executable, Map.of("images", good, "image", good), "\"image\"", "images");
      assertThat(run(executable, Map.of("images", good)).get(0).item()).isEqualTo(6);
    }
  }

  /**
   * Inputs with different batch sizes are rejected, because broadcasting could hide the mistake.
   */
  @Test
  default void batchesOfDifferentSizesAreNamed() {
    Ops ops = new Ops();
    Tensor images = ops.input("images", TensorType.float32(-1, 2));
    Tensor labels = ops.input("labels", TensorType.float32(-1, 2));
    Tensor weights = ops.input("weights", TensorType.float32(1, 2));
    Tensor loss = ops.sum(ops.multiply(ops.subtract(images, labels), weights), 0, 1);
    HostArray three = HostArray.filled(TensorType.float32(3, 2), 1);
    HostArray one = HostArray.filled(TensorType.float32(1, 2), 2);
    try (Session session = openSession();
        Executable executable = session.compile(program("loss", ops, List.of(loss)))) {
      assertMismatch(
          executable,
          Map.of("images", three, "labels", one, "weights", one),
          "\"labels\"",
          "batch of 1",
          "\"images\"",
          "3");
      assertThat(run(executable, Map.of("images", three, "labels", three, "weights", one)))
          .containsExactly(HostArray.scalar(0f));
    }
  }

  private static void assertMismatch(
      Executable executable, Map<String, HostArray> inputs, String... parts) {
    assertFails(ErrorCode.SHAPE_MISMATCH, () -> executable.run(inputs), parts);
  }
}
