package dev.espalier.engine;

import dev.espalier.graph.HostArray;
import java.util.Map;

/**
 * A program prepared by a session. Used by one thread at a time, like its session; closing it frees
 * what it holds, closing twice does nothing.
 */
public interface Executable extends AutoCloseable {
  /**
   * Runs the program once: computes, updates the variables, and returns the outputs by name.
   *
   * @param inputs an array for each {@link dev.espalier.graph.Op.Input}, of its type; unknown sizes
   *     are one batch, which may differ from run to run
   * @throws dev.espalier.error.EspalierException {@code SHAPE_MISMATCH} for a missing input, one of
   *     the wrong type, or batches of different sizes; {@code ENGINE_FAILED} if the engine fails,
   *     for example for lack of memory; then no variable has changed
   */
  Map<String, HostArray> run(Map<String, HostArray> inputs);

  @Override
  void close();
}
