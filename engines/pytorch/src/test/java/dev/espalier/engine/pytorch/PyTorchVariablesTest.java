package dev.espalier.engine.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.engine.djl.ArrayTransfer;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("native")
class PyTorchVariablesTest {
  private static Engine engine;

  @BeforeAll
  static void open() {
    engine = new PyTorchEngineProvider().open(EngineOptions.defaults());
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static Variable variable(int... sizes) {
    return new Variable(
        "w",
        TensorType.float32(sizes),
        Variable.Role.WEIGHT,
        true,
        (dataType, shape, random) -> HostArray.filled(new TensorType(dataType, shape), 0));
  }

  private static HostArray counting(Shape shape) {
    float[] values = new float[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return HostArray.wrap(shape, values);
  }

  @ParameterizedTest
  @CsvSource({"3, 3, 4, 5", "1, 1, 7, 2", "5, 5, 6, 1", "1, 2, 1, 3", "2, 2, 0, 4"})
  void kernelsComeBackInTheirOwnOrder(int height, int width, int in, int out) {
    Variable kernel = variable(height, width, in, out);
    HostArray values = counting(kernel.shape());
    try (Session session = engine.openSession(Device.cpu())) {
      session.write(Map.of(kernel, values));
      assertThat(session.read(kernel)).isEqualTo(values);
      Ops ops = new Ops();
      Tensor doubled = ops.multiply(ops.read(kernel), 2);
      Program program =
          new Program(
              "double",
              ops.toGraph(),
              List.of(new Program.Output("old", ops.read(kernel))),
              List.of(new Program.Update(kernel, doubled)));
      try (Executable executable = session.compile(program)) {
        assertThat(executable.run(Map.of()).get("old")).isEqualTo(values);
        executable.run(Map.of());
        float[] expected = values.toFloats();
        for (int i = 0; i < expected.length; i++) {
          expected[i] *= 4;
        }
        assertThat(session.read(kernel)).isEqualTo(HostArray.wrap(kernel.shape(), expected));
      }
    }
  }

  @Test
  void whatIsComputedOnceIsComputedAgainWhenAVariableIsWritten() {
    Variable weight = variable(2);
    Ops ops = new Ops();
    Tensor x = ops.input("x", TensorType.float32(2));
    Tensor sum = ops.add(x, ops.square(ops.read(weight)));
    Program program =
        new Program("sum", ops.toGraph(), List.of(new Program.Output("y", sum)), List.of());
    HostArray zeros = HostArray.filled(weight.type(), 0);
    try (Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(program)) {
      for (float value : new float[] {1, 2, 3}) {
        session.write(Map.of(weight, HostArray.filled(weight.type(), value)));
        for (int i = 0; i < 2; i++) {
          assertThat(executable.run(Map.of("x", zeros)).get("y").at(1)).isEqualTo(value * value);
        }
      }
    }
  }

  /** DJL's array class ends the process on bfloat16. */
  @Test
  void noArrayOfDjlHas16Bits() {
    assertThat(DataType.values())
        .filteredOn(DataType::isHalf)
        .hasSize(2)
        .allSatisfy(
            type ->
                assertThatThrownBy(() -> ArrayTransfer.dataType(type))
                    .hasMessageContaining("exist only inside programs"));
  }

  @Test
  void everyPrimitiveHasALowering() {
    for (Class<?> primitive : dev.espalier.graph.Op.class.getPermittedSubclasses()) {
      boolean ofTheProgram =
          List.of("Input", "ReadVariable", "Gradients").contains(primitive.getSimpleName());
      assertThat(Lowerings.all().contains(primitive))
          .as(primitive.getSimpleName())
          .isNotEqualTo(ofTheProgram);
    }
  }
}
