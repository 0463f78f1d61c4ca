package dev.espalier.engine.lowering;

import dev.espalier.graph.HostArray;
import java.util.Map;

/**
 * A program as an engine prepared it. {@link NativeSession} checks what it is given before each
 * run. One thread at a time.
 */
public interface NativeProgram extends AutoCloseable {
  /**
   * Runs the program once.
   *
   * @param inputs one array of the right type for each input of the program
   */
  Map<String, HostArray> run(Map<String, HostArray> inputs);

  /** Frees what it holds; called once. */
  @Override
  void close();
}
