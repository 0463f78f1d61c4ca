package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.EngineFixture.increment;
import static dev.espalier.testkit.engine.EngineFixture.program;
import static dev.espalier.testkit.engine.EngineFixture.run;
import static dev.espalier.testkit.engine.EngineFixture.variable;
import static dev.espalier.testkit.engine.EngineFixture.weight;
import static dev.espalier.testkit.engine.ErrorAssertions.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Variables, life cycle and errors. */
public interface SessionContract extends EngineFixture {

  /** Probing reports a usable engine, in a sentence. */
  @Test
  default void probeFindsTheEngine() {
    Availability availability = engineProvider().probe();
    assertThat(availability.usable()).isTrue();
    assertThat(availability.explanation()).endsWith(".").contains(engine().version());
  }

  /** The engine reports its name, version and devices. */
  @Test
  default void engineNamesItself() {
    assertThat(engine().name()).isEqualTo(engineProvider().name());
    assertThat(engine().version()).isNotBlank();
    assertThat(engine().devices()).contains(Device.cpu());
  }

  /** An unknown option is rejected; the error lists the known ones. */
  @Test
  default void unknownOptionIsRefused() {
    EngineOptions options = EngineOptions.of(builder -> builder.extra("no-such-option", "1"));
    assertFails(ErrorCode.INVALID_OPTION, () -> engineProvider().open(options), "no-such-option");
  }

  /** Requesting another number of threads later is not an error (djl#2825). */
  @Test
  default void threadsMayBeAskedForTwice() {
    Variable variable = weight("w", 1);
    for (int threads : new int[] {1, 2}) {
      try (Engine other =
              engineProvider().open(EngineOptions.of(builder -> builder.threads(threads)));
          Session session = other.openSession(Device.cpu());
          Executable step = session.compile(increment("step", variable))) {
        session.write(Map.of(variable, HostArray.wrap(Shape.of(1), threads)));
        step.run(Map.of());
        assertThat(session.read(variable).at(0)).isEqualTo(threads + 1);
      }
    }
  }

  /** An unavailable device is rejected; the error lists the available ones. */
  @Test
  default void unknownDeviceIsRefused() {
    assertFails(
        ErrorCode.UNKNOWN_DEVICE, () -> engine().openSession(Device.gpu(99)), "gpu:99", "cpu");
  }

  /** Variables preserve every bit of what is written. */
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

  /** If one of several arrays is invalid, no variable changes. */
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

  /** Neither the host nor a program can read a variable that was never written. */
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

  /** All programs of a session use the same variables, whenever they were compiled. */
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
      // Closing one program does not affect the other.
      assertThat(run(first, Map.of()).get(0).at(0)).isEqualTo(4);
    }
  }

  /** Every use after closing fails and says so; closing twice has no effect. */
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

  /** Closing an engine closes its sessions but no other engine. */
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

  /**
   * Closing a session waits for a run on another thread; the next run reports that it is closed.
   */
  @Test
  default void aSessionMayBeClosedByAnotherThread() throws Exception {
    Variable variable = weight("w", 1_000_000);
    Session session = openSession();
    session.write(Map.of(variable, HostArray.filled(variable.type(), 1)));
    Executable step = session.compile(increment("step", variable));
    CountDownLatch running = new CountDownLatch(3);
    CompletableFuture<Void> runs =
        CompletableFuture.runAsync(
            () -> {
              while (true) {
                step.run(Map.of());
                running.countDown();
              }
            });
    running.await();
    session.close();
    assertThatThrownBy(runs::get)
        .cause()
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  /** Building a graph with incompatible shapes fails and names the layer. */
  @Test
  default void shapeErrorsNameTheLayer() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(-1, 3));
    assertFails(
        ErrorCode.SHAPE_MISMATCH,
        () -> ops.within("top_dense", () -> ops.matMul(x, x)),
        "top_dense");
  }
}
