package dev.espalier.engine.slices;

import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.internal.RowByRow;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A part of a program that is run for some samples of a batch, by several threads at a time. It
 * updates no variables.
 */
public interface ProgramPart extends AutoCloseable {
  /**
   * Runs the part for some samples of a batch and returns its outputs by name.
   *
   * @param inputs arrays with the values of all samples; others than those of the part are ignored
   * @param from index of the first sample
   * @param to index after the last one
   */
  Map<String, HostArray> run(Map<String, HostArray> inputs, int from, int to);

  /** Frees its resources, when no thread runs it; called once. */
  @Override
  void close();

  /**
   * Returns a part that copies the values of its samples.
   *
   * @param program the part
   * @param prepared the part as prepared, which several threads can run at a time
   */
  static ProgramPart of(Program program, NativeProgram prepared) {
    Map<String, TensorType> types = program.inputs();
    return new ProgramPart() {
      @Override
      public Map<String, HostArray> run(Map<String, HostArray> inputs, int from, int to) {
        Map<String, HostArray> some = new HashMap<>();
        types.forEach(
            (name, type) -> {
              HostArray all = Objects.requireNonNull(inputs.get(name));
              some.put(name, RowByRow.isBatch(type.shape()) ? all.rows(from, to) : all);
            });
        return prepared.run(some);
      }

      @Override
      public void close() {
        prepared.close();
      }
    };
  }
}
