package dev.espalier.core.internal.engine;

import dev.espalier.core.internal.passes.MixedPrecision;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Precision;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.Map;

/**
 * A session whose programs compute in 16 bits where that does no harm. Programs become so when they
 * are compiled, after all that divides them, so that what is fed and returned between their parts
 * is float32.
 */
public final class MixedPrecisionSession implements Session {
  private final Session session;
  private final Precision precision;

  private MixedPrecisionSession(Session session, Precision precision) {
    this.session = session;
    this.precision = precision;
  }

  /** Returns a session that computes in a precision; the given one for float32. */
  public static Session of(Session session, Precision precision) {
    return precision == Precision.FLOAT32 ? session : new MixedPrecisionSession(session, precision);
  }

  @Override
  public Executable compile(Program program) {
    return session.compile(MixedPrecision.apply(program, precision));
  }

  @Override
  public void write(Map<Variable, HostArray> values) {
    session.write(values);
  }

  @Override
  public HostArray read(Variable variable) {
    return session.read(variable);
  }

  @Override
  public void close() {
    session.close();
  }
}
