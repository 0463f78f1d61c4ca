package dev.espalier.engine.tensorflow;

import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import java.util.Map;

/** A program of a session, lowered to the session's current graph. Not thread-safe. */
final class TensorFlowProgram implements NativeProgram {
  private final TensorFlowSession session;
  private final Program program;
  private LoweredProgram lowered;
  private SessionGraph graph;

  TensorFlowProgram(
      TensorFlowSession session, Program program, LoweredProgram lowered, SessionGraph graph) {
    this.session = session;
    this.program = program;
    this.lowered = lowered;
    this.graph = graph;
  }

  Program program() {
    return program;
  }

  int operations() {
    return lowered.operations();
  }

  /**
   * Returns the program as lowered to {@code current}, lowering it again if the graph was replaced.
   */
  LoweredProgram lowered(SessionGraph current) {
    if (graph != current) {
      lowered = current.add(program);
      graph = current;
    }
    return lowered;
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    return session.run(this, inputs);
  }

  @Override
  public ProfiledRun profile(Map<String, HostArray> inputs) {
    return session.profile(this, inputs);
  }

  @Override
  public void close() {
    session.release(this);
  }
}
