package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.EngineFixture.program;
import static dev.espalier.testkit.engine.EngineFixture.run;
import static dev.espalier.testkit.engine.EngineFixture.variable;
import static dev.espalier.testkit.engine.EngineFixture.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.engine.Availability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Variables, life cycle, threads, memory and errors. */
public interface SessionContract extends EngineFixture {

  private static void assertFails(ErrorCode code, ThrowingCallable call, String... parts) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .satisfies(e -> List.of(parts).forEach(part -> assertThat(e).hasMessageContaining(part)));
  }

  /** Returns a program that adds 1 to a variable and gives its old value. */
  private static Program increment(String name, Variable variable) {
    Ops ops = new Ops();
    Tensor value = ops.read(variable);
    return program(name, ops, List.of(value), new Program.Update(variable, ops.add(value, 1)));
  }

  /** Probing says yes in a sentence. */
  @Test
  default void probeFindsTheEngine() {
    Availability availability = engineProvider().probe();
    assertThat(availability.usable()).isTrue();
    assertThat(availability.explanation()).endsWith(".").contains(engine().version());
  }

  /** The engine says what it is. */
  @Test
  default void engineNamesItself() {
    assertThat(engine().name()).isEqualTo(engineProvider().name());
    assertThat(engine().version()).isNotBlank();
    assertThat(engine().devices()).contains(Device.cpu());
  }

  /** An option that the engine does not know is refused, with those it knows. */
  @Test
  default void unknownOptionIsRefused() {
    EngineOptions options = EngineOptions.of(builder -> builder.extra("no-such-option", "1"));
    assertFails(ErrorCode.INVALID_OPTION, () -> engineProvider().open(options), "no-such-option");
  }

  /** A device that is not there is refused, with those that are. */
  @Test
  default void unknownDeviceIsRefused() {
    assertFails(
        ErrorCode.UNKNOWN_DEVICE, () -> engine().openSession(Device.gpu(99)), "gpu:99", "cpu");
  }

  /** What is written comes back, every bit of it. */
  @Test
  default void variablesKeepEveryBit() {
    float[] odd = {
      0f,
      -0f,
      Float.MIN_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NaN,
      1 / 3f,
      Float.intBitsToFloat(0x7fc12345)
    };
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    Map<Variable, HostArray> values = new LinkedHashMap<>();
    put(values, "floats", HostArray.wrap(Shape.of(2, 4), odd));
    put(values, "ints", HostArray.wrapInts(Shape.of(3), Integer.MIN_VALUE, 0, Integer.MAX_VALUE));
    put(values, "bytes", HostArray.wrapBytes(Shape.of(16, 16), bytes));
    put(values, "booleans", HostArray.wrapBooleans(Shape.of(3), (byte) 1, (byte) 0, (byte) 1));
    put(values, "number", HostArray.scalar(3.5f));
    put(values, "a name/with slashes:and spaces é", HostArray.scalar(1f));
    try (Session session = openSession()) {
      session.write(values);
      values.forEach(
          (variable, value) -> {
            HostArray read = session.read(variable);
            assertThat(read).isEqualTo(value);
            if (value.dataType() == DataType.FLOAT32) {
              for (int i = 0; i < value.elementCount(); i++) {
                assertThat(Float.floatToRawIntBits(read.floats().get(i)))
                    .isEqualTo(Float.floatToRawIntBits(value.floats().get(i)));
              }
            }
          });
    }
  }

  private static void put(Map<Variable, HostArray> values, String name, HostArray value) {
    values.put(variable(name, value.type()), value);
  }

  /** A wrong array among several changes none. */
  @Test
  default void writeIsAllOrNothing() {
    Variable a = weight("a", 2);
    Variable b = weight("b", 3);
    try (Session session = openSession()) {
      session.write(Map.of(a, HostArray.wrap(Shape.of(2), 1, 2)));
      Map<Variable, HostArray> wrong = new LinkedHashMap<>();
      wrong.put(a, HostArray.wrap(Shape.of(2), 8, 9));
      wrong.put(b, HostArray.wrap(Shape.of(2), 8, 9));
      assertFails(
          ErrorCode.SHAPE_MISMATCH, () -> session.write(wrong), "b", "float32(3,)", "float32(2,)");
      assertThat(session.read(a)).isEqualTo(HostArray.wrap(Shape.of(2), 1, 2));
      assertFails(ErrorCode.ENGINE_FAILED, () -> session.read(b), "b");
      session.write(Map.of());
    }
  }

  /** A value that nobody wrote cannot be read, by the host or by a program. */
  @Test
  default void unwrittenVariablesAreNamed() {
    Variable variable = weight("never/written", 2);
    try (Session session = openSession();
        Executable executable = session.compile(increment("step", variable))) {
      assertFails(ErrorCode.ENGINE_FAILED, () -> session.read(variable), "never/written");
      assertFails(ErrorCode.ENGINE_FAILED, () -> executable.run(Map.of()), "never/written");
      session.write(Map.of(variable, HostArray.wrap(Shape.of(2), 1, 2)));
      executable.run(Map.of());
      assertThat(session.read(variable)).isEqualTo(HostArray.wrap(Shape.of(2), 2, 3));
    }
  }

  /** Programs of one session work on the same variables, whenever they were compiled. */
  @Test
  default void programsShareVariables() {
    Variable variable = weight("w", 1);
    try (Session session = openSession();
        Executable first = session.compile(increment("step", variable))) {
      session.write(Map.of(variable, HostArray.wrap(Shape.of(1), 0)));
      first.run(Map.of());
      try (Executable second = session.compile(increment("step", variable))) {
        second.run(Map.of());
        first.run(Map.of());
        assertThat(run(second, Map.of()).get(0).at(0)).isEqualTo(3);
      }
      // The other goes on after one is closed.
      assertThat(run(first, Map.of()).get(0).at(0)).isEqualTo(4);
    }
  }

  /** Sessions do not see each other's variables. */
  @Test
  default void sessionsAreSeparate() {
    Variable variable = weight("w", 1);
    try (Session first = openSession();
        Session second = openSession();
        Executable step = first.compile(increment("step", variable))) {
      first.write(Map.of(variable, HostArray.wrap(Shape.of(1), 1)));
      second.write(Map.of(variable, HostArray.wrap(Shape.of(1), 100)));
      step.run(Map.of());
      assertThat(first.read(variable).at(0)).isEqualTo(2);
      assertThat(second.read(variable).at(0)).isEqualTo(100);
    }
  }

  /** Sessions may be used by several threads at once, and moved from one to another. */
  @Test
  default void sessionsRunOnSeveralThreads() throws Exception {
    Variable variable = weight("w", 1000);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Session> sessions = new ArrayList<>();
    try {
      List<Callable<Double>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Session session = openSession();
        sessions.add(session);
        double start = i;
        tasks.add(
            () -> {
              try (Executable step = session.compile(increment("step", variable))) {
                session.write(Map.of(variable, HostArray.filled(variable.type(), start)));
                for (int k = 0; k < 200; k++) {
                  step.run(Map.of());
                }
                return session.read(variable).at(999);
              }
            });
      }
      List<Future<Double>> results = threads.invokeAll(tasks);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(200 + i);
        assertThat(sessions.get(i).read(variable).at(0)).isEqualTo(200 + i);
      }
    } finally {
      threads.shutdownNow();
      sessions.forEach(Session::close);
    }
  }

  /** After closing, everything says that it is closed; closing twice does nothing. */
  @Test
  default void closedThingsSaySo() {
    Variable variable = weight("w", 1);
    Program program = increment("step", variable);
    Session session = openSession();
    session.write(Map.of(variable, HostArray.wrap(Shape.of(1), 1)));
    Executable executable = session.compile(program);
    Executable other = session.compile(program);
    executable.close();
    executable.close();
    assertFails(ErrorCode.CLOSED, () -> executable.run(Map.of()), "step");
    session.close();
    session.close();
    other.close();
    assertFails(ErrorCode.CLOSED, () -> other.run(Map.of()));
    assertFails(ErrorCode.CLOSED, () -> session.compile(program));
    assertFails(ErrorCode.CLOSED, () -> session.read(variable));
    assertFails(ErrorCode.CLOSED, () -> session.write(Map.of()));
  }

  /** Closing an engine closes its sessions and leaves other engines alone. */
  @Test
  default void closingAnEngineClosesItsSessions() {
    Variable variable = weight("w", 1);
    Engine other = openAnotherEngine();
    Session session = other.openSession(Device.cpu());
    other.close();
    other.close();
    assertFails(ErrorCode.CLOSED, () -> session.read(variable));
    assertFails(ErrorCode.CLOSED, () -> other.openSession(Device.cpu()));
    try (Session here = openSession()) {
      here.write(Map.of(variable, HostArray.wrap(Shape.of(1), 5)));
      assertThat(here.read(variable).at(0)).isEqualTo(5);
    }
  }

  /** A graph that cannot be right fails when it is built, with the layer's name. */
  @Test
  default void shapeErrorsNameTheLayer() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(-1, 3));
    assertFails(
        ErrorCode.SHAPE_MISMATCH,
        () -> ops.within("top_dense", () -> ops.matMul(x, x)),
        "top_dense");
  }

  /** Runs, reads and writes leave nothing behind. */
  @Test
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
      assertThat(ResidentMemory.megabytes() - before).isLessThan(100);
    }
  }

  /** Programs that come and go leave nothing behind, and the variables stay. */
  @Test
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
      assertThat(ResidentMemory.megabytes() - before).isLessThan(100);
    }
  }

  /** Sessions that come and go leave nothing behind. */
  @Test
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
    assertThat(ResidentMemory.megabytes() - before).isLessThan(100);
  }
}
