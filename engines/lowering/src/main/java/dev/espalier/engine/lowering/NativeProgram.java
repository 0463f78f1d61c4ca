package dev.espalier.engine.lowering;

import dev.espalier.graph.HostArray;
import java.util.Map;

/**
 * A program prepared by an engine. {@link NativeSession} checks the inputs before each run and runs
 * one program at a time.
 */
public interface NativeProgram extends AutoCloseable {
  /**
   * Runs the program once and returns its outputs by name.
   *
   * @param inputs one array of the declared type for each input of the program
   */
  Map<String, HostArray> run(Map<String, HostArray> inputs);

  /** Frees its resources; called once. */
  @Override
  void close();
}
