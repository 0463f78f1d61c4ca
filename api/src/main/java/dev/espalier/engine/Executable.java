package dev.espalier.engine;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
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

  /**
   * Runs the program once like {@link #run}, and measures each operator. The engine may have to
   * compile the program again at the first call, and a measured run takes a little longer than
   * another.
   *
   * @param inputs as for {@link #run}
   * @throws EspalierException the errors of {@link #run}; {@code UNSUPPORTED_CAPABILITY} if the
   *     engine lacks {@link Capability#PROFILING}, or the session is not on a processor
   */
  default ProfiledRun profile(Map<String, HostArray> inputs) {
    throw new EspalierException(
        ErrorCode.UNSUPPORTED_CAPABILITY,
        "This program cannot be profiled: its engine does not measure operators.",
        "Use an engine that declares " + Capability.PROFILING + ".");
  }

  @Override
  void close();
}
