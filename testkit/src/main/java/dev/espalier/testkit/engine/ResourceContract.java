package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.EngineFixture.increment;
import static dev.espalier.testkit.engine.EngineFixture.program;
import static dev.espalier.testkit.engine.EngineFixture.run;
import static dev.espalier.testkit.engine.EngineFixture.weight;
import static dev.espalier.testkit.engine.ErrorAssertions.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Memory: runs, programs and sessions do not leak (djl#1317, djl#2210, djl#2281, djl#2426,
 * djl#3413, djl#690), and running out of memory is an error. Tests that measure the memory of the
 * process are tagged {@code measurement}, because other processes and the C library influence it.
 */
public interface ResourceContract extends EngineFixture {
  /** Tolerated growth of the process in megabytes; measured growth is below 10. */
  int TOLERATED_GROWTH = 24;

  /** Runs, reads and writes do not leak. */
  @Test
  @Tag("measurement")
  default void runsLeaveNoMemoryBehind() {
    Variable variable = weight("w", 20_000);
    HostArray zeros = HostArray.filled(variable.type(), 0);
    Ops ops = new Ops();
    Tensor value = ops.add(ops.read(variable), ops.input("x", variable.type()));
    Program program = program("step", ops, List.of(value), new Program.Update(variable, value));
    try (Session session = openSession();
        Executable step = session.compile(program)) {
      session.write(Map.of(variable, zeros));
      long before = 0;
      for (int i = 0; i < 3000; i++) {
        step.run(Map.of("x", zeros));
        session.read(variable);
        if (i % 10 == 0) {
          session.write(Map.of(variable, zeros));
        }
        if (i == 1000) {
          before = ResidentMemory.megabytes();
        }
      }
      // 2,000 runs copy 480 MB in and out.
      ResidentMemory.assertGrowthBelow(TOLERATED_GROWTH, before);
    }
  }

  /** Programs that are compiled and closed do not leak, and variables keep their values. */
  @Test
  @Tag("measurement")
  default void programsThatComeAndGoLeaveNoMemoryBehind() {
    Variable variable = weight("w", 4);
    try (Session session = openSession();
        Executable lasting = session.compile(increment("lasting", variable))) {
      session.write(Map.of(variable, HostArray.filled(variable.type(), 0)));
      long before = 0;
      for (int i = 0; i < 300; i++) {
        Ops ops = new Ops();
        Tensor x = ops.input("x", TensorType.float32(-1, 4));
        Tensor sum = ops.sum(ops.add(ops.multiply(x, i), ops.read(variable)), 0, 1);
        try (Executable passing = session.compile(program("passing", ops, List.of(sum)))) {
          double result =
              run(passing, Map.of("x", HostArray.filled(TensorType.float32(1, 4), 1)))
                  .get(0)
                  .item();
          int steps = i / 100;
          assertThat(result).isEqualTo(4.0 * i + 4.0 * steps);
        }
        if (i % 100 == 99) {
          lasting.run(Map.of());
        }
        if (i == 120) {
          before = ResidentMemory.megabytes();
        }
      }
      assertThat(session.read(variable).at(3)).isEqualTo(3);
      ResidentMemory.assertGrowthBelow(TOLERATED_GROWTH, before);
    }
  }

  /** Sessions that are opened and closed do not leak. */
  @Test
  @Tag("measurement")
  default void sessionsThatComeAndGoLeaveNoMemoryBehind() {
    Variable variable = weight("w", 500_000);
    HostArray value = HostArray.filled(variable.type(), 1);
    long before = 0;
    for (int i = 0; i < 150; i++) {
      try (Session session = openSession();
          Executable step = session.compile(increment("step", variable))) {
        session.write(Map.of(variable, value));
        step.run(Map.of());
      }
      if (i == 50) {
        before = ResidentMemory.megabytes();
      }
    }
    // The hundred sessions held 200 MB.
    ResidentMemory.assertGrowthBelow(TOLERATED_GROWTH, before);
  }

  /** Ten thousand calls use no more memory than a thousand. */
  @Test
  @Tag("measurement")
  default void tenThousandSmallRunsLeaveNoMemoryBehind() {
    Variable variable = weight("w", 16, 16);
    Ops ops = new Ops();
    Tensor product = ops.matMul(ops.input("x", TensorType.float32(-1, 16)), ops.read(variable));
    Tensor loss = ops.mean(ops.square(product), 0, 1);
    Tensor gradient = ops.gradients(loss, List.of(ops.read(variable))).get(0);
    Tensor next = ops.subtract(ops.read(variable), ops.multiply(gradient, 0.01));
    Program step = program("step", ops, List.of(loss), new Program.Update(variable, next));
    assumeCapable(step);
    HostArray x = PrimitiveCase.spaced(4, 16);
    try (Session session = openSession();
        Executable executable = session.compile(step)) {
      session.write(Map.of(variable, PrimitiveCase.spaced(16, 16)));
      double first = run(executable, Map.of("x", x)).get(0).item();
      long before = 0;
      double last = first;
      for (int i = 0; i < 10_000; i++) {
        last = run(executable, Map.of("x", x)).get(0).item();
        if (i == 1000) {
          before = ResidentMemory.megabytes();
        }
      }
      assertThat(last).isLessThan(first);
      ResidentMemory.assertGrowthBelow(TOLERATED_GROWTH, before);
    }
  }

  /** Running out of memory is an error that says so, and the session stays usable. */
  @Test
  default void tooLittleMemoryIsAnError() {
    int size = 1 << 23;
    Variable variable = weight("w", 2);
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(size, 1));
    Tensor y = ops.input("y", TensorType.float32(1, size));
    Tensor sum =
        ops.within(
            "huge_table", () -> ops.sum(ops.unary(Op.UnaryFunction.SWISH, ops.add(x, y)), 0, 1));
    Tensor next = ops.add(ops.read(variable), sum);
    Program huge = program("huge", ops, List.of(sum), new Program.Update(variable, next));
    HostArray zeros = HostArray.filled(TensorType.float32(size), 0);
    Map<String, HostArray> feeds =
        Map.of("x", zeros.reshape(Shape.of(size, 1)), "y", zeros.reshape(Shape.of(1, size)));
    try (Session session = openSession();
        Executable executable = session.compile(huge);
        Executable small = session.compile(increment("small", variable))) {
      session.write(Map.of(variable, HostArray.wrap(Shape.of(2), 1, 2)));
      // 256 TiB exceed the address space of a process, so even a system that overcommits memory
      // refuses.
      assertFails(
          ErrorCode.ENGINE_FAILED,
          () -> executable.run(feeds),
          "\"huge\"",
          "huge_table",
          "out of memory");
      small.run(Map.of());
      assertThat(session.read(variable)).isEqualTo(HostArray.wrap(Shape.of(2), 2, 3));
    }
  }
}
