package dev.espalier.core.internal.engine;

import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Session;
import dev.espalier.graph.Program;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Keeps what a session has compiled, so that each program is compiled once. Programs that train
 * depend on which layers are trainable and are discarded when that changes; the others stay. Used
 * by one thread.
 */
public final class CompiledSteps implements AutoCloseable {
  private final Engine engine;
  private final Session session;
  private final Map<Object, CompiledStep> training = new HashMap<>();
  private final Map<Object, CompiledStep> inference = new HashMap<>();

  /**
   * Keeps programs of a session, which the caller closes after this.
   *
   * @param engine of the session; a program that needs what it cannot do is not compiled
   */
  public CompiledSteps(Engine engine, Session session) {
    this.engine = engine;
    this.session = session;
  }

  /** Returns the training step of a key, built and compiled at the first call. */
  public CompiledStep training(Object key, Supplier<StepProgram> builder) {
    return training.computeIfAbsent(key, any -> compile(builder.get()));
  }

  /** Returns the evaluating or predicting step of a key, built and compiled at the first call. */
  public CompiledStep inference(Object key, Supplier<StepProgram> builder) {
    return inference.computeIfAbsent(key, any -> compile(builder.get()));
  }

  private CompiledStep compile(StepProgram step) {
    Program program = step.program();
    engine.require(Capability.neededBy(program), "the program \"" + program.name() + "\"");
    return new CompiledStep(step, session.compile(program));
  }

  /** Throws training steps away. */
  public void forgetTraining() {
    training.values().forEach(CompiledStep::close);
    training.clear();
  }

  @Override
  public void close() {
    forgetTraining();
    inference.values().forEach(CompiledStep::close);
    inference.clear();
  }
}
