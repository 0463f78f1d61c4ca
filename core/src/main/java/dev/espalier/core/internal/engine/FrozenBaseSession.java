package dev.espalier.core.internal.engine;

import dev.espalier.engine.Executable;
import dev.espalier.engine.ProfiledRun;
import dev.espalier.engine.Session;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session that leaves the frozen base of a model to a session of another engine. It holds all
 * variables. The other session has copies of those of the base, which are made before the base runs
 * if a variable was written since it ran last.
 *
 * <p>A program runs whole if the other engine cannot compute its base, and from the moment on when
 * its base is trained: the program of an evaluation is kept while layers are unfrozen, and the
 * other engine would have to prepare the base again after each epoch.
 */
final class FrozenBaseSession implements Session {
  private final Session session;
  private final OtherEngine engine;
  private final Set<Divided> divided = new LinkedHashSet<>();

  /** What the other session has. */
  private final Map<Variable, HostArray> copies = new HashMap<>();

  /** Those of them that have been written since. */
  private final Set<Variable> written = new HashSet<>();

  private @Nullable Session other;
  private boolean closed;

  /** The engine that computes the frozen base. */
  interface OtherEngine {
    /**
     * Returns a new session on the processor.
     *
     * @throws EspalierException if there cannot be one
     */
    Session openSession();

    /** Is told of each program whose base has been computed for the first time. */
    void computes(Program program);

    /** Is told of each program whose base cannot be computed. */
    void fails(Program program, Throwable reason);
  }

  /**
   * Creates a session without variables.
   *
   * @param session on the processor; closed with this one
   * @param engine asked for a session when the first base is to be computed
   */
  FrozenBaseSession(Session session, OtherEngine engine) {
    this.session = session;
    this.engine = engine;
  }

  @Override
  public void write(Map<Variable, HostArray> values) {
    session.write(values);
    noteWritten(values.keySet());
  }

  private void noteWritten(Collection<Variable> variables) {
    for (Variable variable : variables) {
      if (copies.containsKey(variable)) {
        written.add(variable);
      }
    }
  }

  @Override
  public HostArray read(Variable variable) {
    return session.read(variable);
  }

  @Override
  public Executable compile(Program program) {
    FrozenBase parts = FrozenBase.of(program);
    if (parts != null) {
      return new Divided(program, parts);
    }
    Executable whole = session.compile(program);
    return program.updates().isEmpty() ? whole : new Updating(program, whole);
  }

  /** Notes that a program has updated variables. */
  private void noteUpdated(Set<Variable> variables) {
    if (!variables.isEmpty()) {
      noteWritten(variables);
      divided.forEach(each -> each.noteTrained(variables));
    }
  }

  private synchronized Session other() {
    Session known = other;
    if (known == null) {
      known = engine.openSession();
      other = known;
      if (closed) {
        known.close(); // so that its use is refused
      }
    }
    return known;
  }

  /** Gives the other session the current values of variables. */
  private void copy(Collection<Variable> variables, Session to) {
    Map<Variable, HostArray> values = new LinkedHashMap<>();
    for (Variable variable : variables) {
      HostArray before = copies.get(variable);
      if (before == null || written.contains(variable)) {
        HostArray value = session.read(variable);
        // Weights that are restored are often those of before, and the base need not be prepared.
        if (before == null || !value.equals(before)) {
          values.put(variable, value);
        }
      }
    }
    to.write(values);
    copies.putAll(values);
    written.removeAll(variables);
  }

  @Override
  public void close() {
    Session opened;
    synchronized (this) {
      closed = true;
      opened = other;
    }
    session.close();
    if (opened != null) {
      opened.close();
    }
  }

  private static Set<Variable> updatedBy(Program program) {
    Set<Variable> updated = new LinkedHashSet<>();
    program.updates().forEach(update -> updated.add(update.variable()));
    return updated;
  }

  /** A program that runs whole and updates variables, which may be those of a base. */
  private final class Updating implements Executable {
    private final Executable executable;
    private final Set<Variable> updated;

    Updating(Program program, Executable executable) {
      this.executable = executable;
      this.updated = updatedBy(program);
    }

    @Override
    public Map<String, HostArray> run(Map<String, HostArray> inputs) {
      Map<String, HostArray> outputs = executable.run(inputs);
      noteUpdated(updated);
      return outputs;
    }

    @Override
    public ProfiledRun profile(Map<String, HostArray> inputs) {
      ProfiledRun run = executable.profile(inputs);
      noteUpdated(updated);
      return run;
    }

    @Override
    public void close() {
      executable.close();
    }
  }

  /** A program whose base the other session computes. */
  private final class Divided implements Executable {
    private final Program program;
    private final FrozenBase parts;
    private final Set<Variable> variables;
    private final Set<String> inputs;
    private final Set<String> inputsOfBase;
    private final Set<String> inputsOfRest;
    private final Set<Variable> updated;
    private final @Nullable Executable rest;
    private @Nullable Executable base;
    private @Nullable Executable whole;
    private boolean computed;
    private boolean undivided;

    Divided(Program program, FrozenBase parts) {
      this.program = program;
      this.parts = parts;
      this.variables = Set.copyOf(parts.base().variables());
      this.inputs = program.inputs().keySet();
      this.inputsOfBase = parts.base().inputs().keySet();
      Program after = parts.rest();
      this.inputsOfRest = after == null ? Set.of() : after.inputs().keySet();
      this.updated = updatedBy(program);
      this.rest = after == null ? null : session.compile(after);
      divided.add(this);
    }

    void noteTrained(Set<Variable> trained) {
      if (!undivided && !Collections.disjoint(variables, trained)) {
        stopDividing();
      }
    }

    private void stopDividing() {
      undivided = true;
      if (base != null) {
        base.close();
        base = null;
      }
    }

    @Override
    public Map<String, HostArray> run(Map<String, HostArray> fed) {
      if (undivided || !fed.keySet().equals(inputs)) {
        return whole().run(fed); // says what is wrong with the inputs
      }
      Map<String, HostArray> features;
      try {
        features = base(fed);
      } catch (EspalierException | LinkageError e) {
        if (computed) {
          throw e;
        }
        Map<String, HostArray> outputs = whole().run(fed); // fails if it is not due to the engine
        engine.fails(program, e);
        stopDividing();
        return outputs;
      }
      if (!computed) {
        computed = true;
        engine.computes(program);
      }
      return rest == null ? features : rest(rest, fed, features);
    }

    private Map<String, HostArray> base(Map<String, HostArray> fed) {
      Session to = other();
      Executable prepared = base == null ? to.compile(parts.base()) : base;
      base = prepared;
      copy(variables, to);
      return prepared.run(only(inputsOfBase, fed));
    }

    private Map<String, HostArray> rest(
        Executable after, Map<String, HostArray> fed, Map<String, HostArray> features) {
      Map<String, HostArray> known = new HashMap<>(fed);
      known.putAll(features);
      Map<String, HostArray> outputs = after.run(only(inputsOfRest, known));
      noteUpdated(updated);
      return outputs;
    }

    private static Map<String, HostArray> only(Set<String> names, Map<String, HostArray> arrays) {
      Map<String, HostArray> some = new HashMap<>(arrays);
      some.keySet().retainAll(names);
      return some;
    }

    private Executable whole() {
      Executable known = whole;
      if (known == null) {
        known = new Updating(program, session.compile(program));
        whole = known;
      }
      return known;
    }

    /** Measures the whole program, because the other engine may be unable to measure its part. */
    @Override
    public ProfiledRun profile(Map<String, HostArray> fed) {
      return whole().profile(fed);
    }

    @Override
    public void close() {
      divided.remove(this);
      for (Executable each : new Executable[] {rest, base, whole}) {
        if (each != null) {
          each.close();
        }
      }
    }
  }
}
