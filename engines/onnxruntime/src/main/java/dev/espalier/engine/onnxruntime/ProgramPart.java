package dev.espalier.engine.onnxruntime;

import dev.espalier.graph.HostArray;
import java.util.Map;

/**
 * A program, or a part of one, that can be run for some samples of a batch, by several threads at a
 * time if it updates no variables.
 */
interface ProgramPart extends AutoCloseable {
  /** Runs the program and returns its outputs by name. */
  Map<String, HostArray> run(Map<String, HostArray> inputs);

  /**
   * Runs the program for some samples of a batch and returns its outputs by name.
   *
   * @param inputs arrays with the values of all samples; others than those of the program are
   *     ignored
   * @param from index of the first sample
   * @param to index after the last one
   */
  Map<String, HostArray> run(Map<String, HostArray> inputs, int from, int to);

  /** Frees its resources, when no thread runs it; has no effect the second time. */
  @Override
  void close();
}
