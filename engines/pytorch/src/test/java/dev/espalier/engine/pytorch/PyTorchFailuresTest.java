package dev.espalier.engine.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PyTorchFailuresTest {
  private static final String TRACE =
      """
      The following operation failed in the TorchScript interpreter.
      Traceback of TorchScript, serialized code (most recent call last):
        File "code/__torch__.py", line 12, in forward
          v3 = torch.mm(v1, v2)
               ~~~~~~~~ <--- HERE
      RuntimeError: mat1 and mat2 shapes cannot be multiplied
      """;

  @Test
  void theLayerIsFoundByTheLineOfTheScript() {
    EspalierException error =
        Failures.run("train", Map.of(12, "top_dense"), new RuntimeException(TRACE));
    assertThat(error)
        .hasMessage(
            "The program \"train\" failed in PyTorch in top_dense: mat1 and mat2 shapes cannot be"
                + " multiplied. The cause holds PyTorch's full message. [ESP-504]");
  }

  @Test
  void memoryThatDoesNotSufficeIsRecognised() {
    RuntimeException cause =
        new RuntimeException(
            "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate"
                + " memory: you tried to allocate 17592186044416 bytes.");
    assertThat(Failures.run("train", Map.of(), cause))
        .hasMessageStartingWith("The program \"train\" failed in PyTorch: out of memory.")
        .hasMessageContaining("Use a smaller batch");
  }

  @Tag("native")
  @Test
  void aRealFailureNamesItsLayer() {
    Ops ops = new Ops();
    Tensor a = ops.input("a", new TensorType(dev.espalier.graph.DataType.INT32, Shape.of(2)));
    Tensor quotient =
        ops.within(
                "halving", () -> ops.apply(new Op.Binary(Op.BinaryFunction.DIVIDE), List.of(a, a)))
            .get(0);
    Program program =
        new Program("divide", ops.toGraph(), List.of(new Program.Output("y", quotient)), List.of());
    try (Engine engine = new PyTorchEngineProvider().open(EngineOptions.defaults());
        Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(program)) {
      Map<String, HostArray> zeros = Map.of("a", HostArray.wrapInts(Shape.of(2), 0, 1));
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> executable.run(zeros))
          .withMessageContaining("in halving: ZeroDivisionError");
    }
  }
}
