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
 * Caches the compiled programs of a session. Training programs depend on which layers are trainable
 * and are discarded when that changes; the others are kept. Not thread-safe.
 */
public final class CompiledSteps implements AutoCloseable {
  private final Engine engine;
  private final Session session;
  private final Map<Object, CompiledStep> training = new HashMap<>();
  private final Map<Object, CompiledStep> inference = new HashMap<>();
  private long generation;

  /**
   * Creates an empty cache for a session, which the caller closes after this.
   *
   * @param engine of the session; programs that need a capability it lacks are rejected
   */
  public CompiledSteps(Engine engine, Session session) {
    this.engine = engine;
    this.session = session;
  }

  /** Returns the training step of a key, built and compiled by the first call. */
  public CompiledStep training(Object key, Supplier<StepProgram> builder) {
    return training.computeIfAbsent(key, any -> compile(builder.get()));
  }

  /** Returns the evaluation or prediction step of a key, built and compiled by the first call. */
  public CompiledStep inference(Object key, Supplier<StepProgram> builder) {
    return inference.computeIfAbsent(key, any -> compile(builder.get()));
  }

  private CompiledStep compile(StepProgram step) {
    Program program = step.program();
    engine.require(Capability.neededBy(program), "the program \"" + program.name() + "\"");
    return new CompiledStep(step, session.compile(program));
  }

  /** Returns how often the training steps have been discarded. */
  public long generation() {
    return generation;
  }

  /** Discards the training steps. */
  public void forgetTraining() {
    generation++;
    training.values().forEach(CompiledStep::close);
    training.clear();
  }

  /** Discards one training step, if it is still kept. */
  public void forget(CompiledStep step) {
    if (training.values().remove(step)) {
      step.close();
    }
  }

  @Override
  public void close() {
    forgetTraining();
    inference.values().forEach(CompiledStep::close);
    inference.clear();
  }
}
