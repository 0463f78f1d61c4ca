package dev.espalier.engine.slices;

import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.graph.HostArray;
import java.util.Map;

/**
 * A program, or a part of one, that can be run for some samples of a batch, by several threads at a
 * time if it updates no variables.
 */
public interface ProgramPart extends NativeProgram {
  /**
   * Runs the part and returns its outputs by name.
   *
   * @param inputs others than those of the part are ignored
   */
  @Override
  Map<String, HostArray> run(Map<String, HostArray> inputs);

  /**
   * Runs the part for some samples of a batch and returns its outputs by name.
   *
   * @param inputs arrays with the values of all samples; others than those of the part are ignored
   * @param from index of the first sample
   * @param to index after the last one
   */
  Map<String, HostArray> run(Map<String, HostArray> inputs, int from, int to);

  /** Frees its resources, when no thread runs it; has no effect the second time. */
  @Override
  void close();
}
