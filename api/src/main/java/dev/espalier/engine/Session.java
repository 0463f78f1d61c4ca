package dev.espalier.engine;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.Map;

/**
 * Holds variables on one device and runs programs on them. Memory belongs to the session: what goes
 * in and comes out are host arrays. Calls come from one thread at a time; different sessions may be
 * used by different threads. Only {@link #close} may come from another thread at any time: it waits
 * for the call at hand. Closing twice does nothing; use after closing is an error ({@code CLOSED}).
 */
public interface Session extends AutoCloseable {
  /**
   * Gives variables their values; those unknown so far are created. Names identify variables.
   *
   * @throws dev.espalier.error.EspalierException {@code SHAPE_MISMATCH} if an array has another
   *     type than its variable; then no variable is changed
   */
  void write(Map<Variable, HostArray> values);

  /**
   * Returns the value of a variable.
   *
   * @throws dev.espalier.error.EspalierException {@code ENGINE_FAILED} if it was never written
   */
  HostArray read(Variable variable);

  /**
   * Prepares a program to run. Its variables may be written later, before the first run.
   *
   * @throws dev.espalier.error.EspalierException {@code UNSUPPORTED_CAPABILITY} if the engine
   *     cannot run it
   */
  Executable compile(Program program);

  /** Frees what the session and its programs hold. */
  @Override
  void close();
}
