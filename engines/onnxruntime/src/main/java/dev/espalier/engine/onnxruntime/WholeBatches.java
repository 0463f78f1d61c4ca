package dev.espalier.engine.onnxruntime;

import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.internal.RowByRow;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A program for whole batches. A single sample is computed by a file of its own: all shapes are
 * known in it, so that ONNX Runtime copies less from one layout to another.
 */
final class WholeBatches implements NativeProgram {
  private final NativeProgram anySize;
  private final NativeProgram single;
  private final List<String> batches;
  private final boolean updates;

  /**
   * Takes both forms of a program.
   *
   * @param single the same for one sample
   */
  WholeBatches(Program program, NativeProgram anySize, NativeProgram single) {
    this.anySize = anySize;
    this.single = single;
    this.batches = RowByRow.batches(program);
    this.updates = !program.updates().isEmpty();
  }

  private NativeProgram of(Map<String, HostArray> inputs) {
    boolean one =
        !updates
            && !batches.isEmpty()
            && batches.stream()
                .allMatch(name -> Objects.requireNonNull(inputs.get(name)).shape().size(0) == 1);
    return one ? single : anySize;
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    return of(inputs).run(inputs);
  }

  @Override
  public ProfiledRun profile(Map<String, HostArray> inputs) {
    return of(inputs).profile(inputs);
  }

  @Override
  public void close() {
    anySize.close();
    single.close();
  }
}
