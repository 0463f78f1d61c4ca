package dev.espalier.engine.lowering;

import dev.espalier.engine.ProfiledRun;
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

  /**
   * Runs the program once like {@link #run}, and measures each operator. Called only on a
   * processor, and only if the engine declares {@link dev.espalier.engine.Capability#PROFILING}.
   */
  default ProfiledRun profile(Map<String, HostArray> inputs) {
    throw new IllegalStateException("the engine does not declare that it profiles");
  }

  /** Frees its resources; called once. */
  @Override
  void close();
}
