package dev.espalier.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.testkit.engine.EngineFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Batches of eight samples, of which two threads compute one sample at a time. */
@Tag("native")
class SlicePartTest {
  private static final int SAMPLES = 8;
  private static final int FEATURES = 64;
  private static final Variable BASE = EngineFixture.weight("base", FEATURES, 3);
  private static final Variable SCALE = EngineFixture.weight("scale", 3);
  private static final Variable HEAD = EngineFixture.weight("head", 3, 2);

  private static Engine engine;

  @BeforeAll
  static void open() {
    engine =
        SlicedBatchesTest.oneSampleAtATime().open(EngineOptions.of(options -> options.threads(2)));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static HostArray numbers(double step, int... sizes) {
    Shape shape = Shape.of(sizes);
    float[] values = new float[shape.arrayLength()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (step * (i % 7 - 3));
    }
    return HostArray.wrap(shape, values);
  }

  private static Map<String, HostArray> samples() {
    return Map.of("x", numbers(0.5, SAMPLES, FEATURES));
  }

  private static Map<Variable, HostArray> weights() {
    return Map.of(
        BASE, numbers(0.25, FEATURES, 3), SCALE, numbers(1, 3), HEAD, numbers(0.125, 3, 2));
  }

  /** Of each sample a product with a kernel that is scaled, as by a folded normalization. */
  private static Tensor features(Ops ops) {
    Tensor x = ops.input("x", TensorType.float32(Shape.UNKNOWN, FEATURES));
    Tensor kernel = ops.multiply(ops.multiply(ops.read(BASE), 2), ops.read(SCALE));
    return ops.matMul(ops.square(x), kernel);
  }

  private static Program prediction() {
    Ops ops = new Ops();
    return EngineFixture.program("predict", ops, List.of(features(ops)));
  }

  /** A step that trains the head on the frozen base, and gives the loss. */
  private static Program step() {
    Ops ops = new Ops();
    Tensor head = ops.read(HEAD);
    Tensor loss = ops.sum(ops.square(ops.matMul(features(ops), head)), 0, 1);
    Tensor gradient = ops.gradients(loss, List.of(head)).get(0);
    Tensor trained = ops.subtract(head, ops.multiply(gradient, ops.constant(1e-6)));
    return EngineFixture.program("train", ops, List.of(loss), new Program.Update(HEAD, trained));
  }

  private static float[] expected(double scale) {
    float[] x = numbers(0.5, SAMPLES, FEATURES).toFloats();
    float[] base = numbers(0.25, FEATURES, 3).toFloats();
    float[] scales = numbers(1, 3).toFloats();
    float[] sums = new float[SAMPLES * 3];
    for (int i = 0; i < sums.length; i++) {
      for (int f = 0; f < FEATURES; f++) {
        float value = x[i / 3 * FEATURES + f];
        sums[i] += (float) (scale * 2 * scales[i % 3] * value * value * base[f * 3 + i % 3]);
      }
    }
    return sums;
  }

  private static void assertPredicts(Executable executable, double scale) {
    HostArray actual = executable.run(samples()).get("y0");
    assertThat(actual.shape()).isEqualTo(Shape.of(SAMPLES, 3));
    assertThat(actual.toFloats()).containsExactly(expected(scale), within(1e-3f));
  }

  @Test
  void samplesAreInTheirOrder() {
    try (Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(prediction())) {
      session.write(weights());
      assertPredicts(executable, 1);
      assertPredicts(executable, 1);
    }
  }

  @Test
  void aVariableThatIsWrittenAgainHasItsNewValue() {
    try (Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(prediction())) {
      session.write(weights());
      assertPredicts(executable, 1);
      session.write(Map.of(SCALE, numbers(-3, 3)));
      assertPredicts(executable, -3);
    }
  }

  @Test
  void aVariableThatAnotherProgramUpdatesHasItsNewValue() {
    Ops ops = new Ops();
    Tensor doubled = ops.multiply(ops.read(SCALE), 2);
    Program update =
        EngineFixture.program("double", ops, List.of(), new Program.Update(SCALE, doubled));
    try (Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(prediction());
        Executable doubling = session.compile(update)) {
      session.write(weights());
      assertPredicts(executable, 1);
      doubling.run(Map.of());
      assertPredicts(executable, 2);
    }
  }

  @Test
  void aHeadOnAFrozenBaseIsTrainedAsWithoutSlices() {
    try (Engine whole = new TensorFlowEngineProvider().open(EngineOptions.defaults());
        Session session = engine.openSession(Device.cpu());
        Session other = whole.openSession(Device.cpu());
        Executable sliced = session.compile(step());
        Executable undivided = other.compile(step())) {
      session.write(weights());
      other.write(weights());
      for (int i = 0; i < 3; i++) {
        float loss = undivided.run(samples()).get("y0").toFloats()[0];
        assertThat(sliced.run(samples()).get("y0").toFloats()[0])
            .isEqualTo(loss, within(1e-4f * loss));
      }
      assertThat(session.read(HEAD)).isNotEqualTo(weights().get(HEAD));
      assertThat(session.read(HEAD).toFloats())
          .containsExactly(other.read(HEAD).toFloats(), within(1e-5f));
    }
  }

  @Test
  void whatIsComputedOfVariablesAloneIsNotComputedForEachSlice() {
    FixedValues parts = FixedValues.of(prediction());
    assertThat(primitives(parts.values()))
        .containsSubsequence("ReadVariable", "MULTIPLY", "ReadVariable", "MULTIPLY")
        .doesNotContain("Input", "MatMul");
    assertThat(primitives(parts.program()))
        .contains("Input", "SQUARE", "MatMul", "ReadVariable")
        .doesNotContain("MULTIPLY");
    assertThat(parts.variables()).hasSize(1);
    assertThat(parts.variables()).isEqualTo(parts.program().variables());
  }

  @Test
  void aVariableIsConvertedToSixteenBitsForEachSlice() {
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(Shape.UNKNOWN, 3));
    Tensor half = ops.cast(ops.multiply(ops.read(SCALE), 2), DataType.BFLOAT16);
    Tensor product = ops.multiply(ops.cast(x, DataType.BFLOAT16), half);
    FixedValues parts =
        FixedValues.of(
            EngineFixture.program("half", ops, List.of(ops.cast(product, DataType.FLOAT32))));
    assertThat(parts.variables()).extracting(Variable::type).containsExactly(TensorType.float32(3));
  }

  private static List<String> primitives(Program program) {
    return program.graph().nodes().stream().map(node -> node.op().primitive()).toList();
  }

  /** Without them, slices would share operators with the other threads. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void slicesOfEachSessionHaveAThreadOfTensorFlowOfTheirOwn() throws IOException {
    int sessions = 10;
    try (Session first = engine.openSession(Device.cpu());
        Executable starting = first.compile(prediction())) {
      first.write(weights());
      starting.run(samples());
      List<Session> opened = new ArrayList<>();
      long before = nativeThreads();
      for (int i = 0; i < sessions; i++) {
        Session session = engine.openSession(Device.cpu());
        opened.add(session);
        session.write(weights());
        session.compile(prediction()).run(samples());
      }
      // The JVM starts and ends a few of its own.
      assertThat(nativeThreads() - before).isBetween(sessions - 4L, sessions + 4L);
      opened.forEach(Session::close);
    }
  }

  /** Returns the number of threads that are not Java's. */
  private static long nativeThreads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count() - Thread.getAllStackTraces().size();
    }
  }
}
