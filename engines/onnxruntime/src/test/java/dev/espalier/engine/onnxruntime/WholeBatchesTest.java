package dev.espalier.engine.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Zeros;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WholeBatchesTest {
  private final Part anySize = new Part();
  private final Part single = new Part();

  /** Notes for how many samples it is run. */
  private static final class Part implements NativeProgram {
    private final List<Integer> runs = new ArrayList<>();
    private boolean closed;

    @Override
    public Map<String, HostArray> run(Map<String, HostArray> inputs) {
      runs.add(inputs.get("x").shape().size(0));
      return Map.of();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static Program program(Shape shape, boolean updates) {
    Ops ops = new Ops();
    Tensor input = ops.input("x", TensorType.float32(1).withShape(shape));
    Variable count =
        new Variable(
            "count", TensorType.float32(), Variable.Role.NON_TRAINABLE, false, new Zeros());
    return new Program(
        "predict",
        ops.toGraph(),
        List.of(new Program.Output("y", input)),
        updates
            ? List.of(new Program.Update(count, ops.add(ops.read(count), ops.constant(1))))
            : List.of());
  }

  private void run(Program program, int... samples) {
    try (WholeBatches batches = new WholeBatches(program, anySize, single)) {
      for (int count : samples) {
        batches.run(Map.of("x", HostArray.wrap(Shape.of(count, 2), new float[2 * count])));
      }
    }
  }

  @Test
  void aSingleSampleIsComputedByItsOwnPart() {
    run(program(Shape.of(Shape.UNKNOWN, 2), false), 1, 3, 1, 2);
    assertThat(single.runs).containsExactly(1, 1);
    assertThat(anySize.runs).containsExactly(3, 2);
  }

  @Test
  void aProgramWithoutABatchHasNoSingleSample() {
    run(program(Shape.of(1, 2), false), 1);
    assertThat(single.runs).isEmpty();
    assertThat(anySize.runs).containsExactly(1);
  }

  @Test
  void aProgramThatUpdatesVariablesIsPreparedOnce() {
    run(program(Shape.of(Shape.UNKNOWN, 2), true), 1);
    assertThat(single.runs).isEmpty();
  }

  @Test
  void closesBothParts() {
    run(program(Shape.of(Shape.UNKNOWN, 2), false));
    assertThat(List.of(anySize, single)).allMatch(part -> part.closed);
  }
}
