package dev.espalier.core.internal.engine;

import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.NearestNames;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.random.RandomKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The values of a model's variables and of the optimizer's slots in a session. Not thread-safe. */
public final class ModelVariables {
  private final Session session;
  private final RandomKey initializers;
  private final List<Variable> variables;
  private final Set<String> drawn = new LinkedHashSet<>();
  private final Map<String, Variable> slots = new LinkedHashMap<>();

  /**
   * Initializes all variables of a model: with the model's values, otherwise by their initializers
   * with the seed.
   */
  public ModelVariables(Session session, Model model, long seed) {
    this.session = session;
    this.initializers = RandomKey.ofSeed(seed).with("initializer");
    this.variables = model.variables();
    Weights known = model.weights();
    Map<Variable, HostArray> values = new LinkedHashMap<>();
    for (Variable variable : variables) {
      boolean given = known.contains(variable.name());
      values.put(variable, given ? known.get(variable.name()) : initial(variable));
      if (!given) {
        drawn.add(variable.name());
      }
    }
    session.write(values);
  }

  /** Returns the names of the variables that still have the value of their initializer. */
  public Set<String> drawn() {
    return Set.copyOf(drawn);
  }

  private HostArray initial(Variable variable) {
    HostArray value =
        variable
            .initializer()
            .create(
                variable.type().dataType(),
                variable.shape(),
                initializers.with(variable.name()).stream());
    if (!value.type().equals(variable.type())) {
      throw new EspalierException(
          ErrorCode.SHAPE_MISMATCH,
          "The initializer of " + variable.name() + " gave " + value.type() + ".",
          "It must give " + variable.type() + ".");
    }
    return value;
  }

  /** Returns a copy of all values of the model's variables, in the model's order. */
  public Weights read() {
    Map<String, HostArray> values = new LinkedHashMap<>();
    variables.forEach(variable -> values.put(variable.name(), session.read(variable)));
    return Weights.of(values);
  }

  /**
   * Returns a copy of the value of a variable of the model.
   *
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} listing the nearest names
   */
  public HostArray read(String name) {
    return variables.stream()
        .filter(variable -> variable.name().equals(name))
        .findFirst()
        .map(session::read)
        .orElseThrow(
            () ->
                NearestNames.unknown(
                    ErrorCode.UNKNOWN_NAME,
                    "variable",
                    name,
                    variables.stream().map(Variable::name).toList()));
  }

  /**
   * Replaces the values of some variables of the model; those not in {@code weights} are unchanged.
   */
  public void write(Weights weights) {
    Map<Variable, HostArray> values = new LinkedHashMap<>();
    for (Variable variable : variables) {
      if (weights.contains(variable.name())) {
        values.put(variable, weights.get(variable.name()));
      }
    }
    session.write(values);
    drawn.removeAll(weights.names());
  }

  /**
   * Checks that another model has the same variables, whether trainable or not.
   *
   * @throws EspalierException {@link ErrorCode#INVALID_TRAINING_SETTING} naming a difference
   */
  public void requireSame(Model other) {
    Map<String, Variable> expected = new LinkedHashMap<>();
    variables.forEach(variable -> expected.put(variable.name(), variable));
    List<String> differences = new ArrayList<>();
    for (Variable variable : other.variables()) {
      Variable own = expected.remove(variable.name());
      if (own == null) {
        differences.add("it adds " + variable.name());
      } else if (!own.type().equals(variable.type())) {
        differences.add(variable.name() + " is " + variable.type() + " instead of " + own.type());
      }
    }
    expected.keySet().forEach(name -> differences.add("it lacks " + name));
    if (!differences.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_TRAINING_SETTING,
          "The variables of the changed model differ from those of the trainer: "
              + String.join(", ", differences.subList(0, Math.min(5, differences.size())))
              + ".",
          "Freezing and unfreezing layers is possible; for other changes, create a new"
              + " trainer with the weights of this one.");
    }
  }

  /**
   * Makes {@code wanted} the current slots: new ones get their initial values, existing ones keep
   * their values, and all others are removed, so that they are initialized again when they return.
   */
  public void useSlots(List<Variable> wanted) {
    Map<Variable, HostArray> fresh = new LinkedHashMap<>();
    Set<String> names = new LinkedHashSet<>();
    for (Variable slot : wanted) {
      names.add(slot.name());
      if (!slots.containsKey(slot.name())) {
        fresh.put(slot, initial(slot));
        slots.put(slot.name(), slot);
      }
    }
    slots.keySet().retainAll(names);
    if (!fresh.isEmpty()) {
      session.write(fresh);
    }
  }

  /**
   * Restores the values of slots from an earlier run.
   *
   * @param values of exactly the current slots
   */
  public void writeSlots(Weights values) {
    Map<Variable, HostArray> written = new LinkedHashMap<>();
    slots.values().forEach(slot -> written.put(slot, values.get(slot.name())));
    session.write(written);
  }

  /** Removes all slots, for another optimizer. */
  public void forgetSlots() {
    slots.clear();
  }

  /** Returns the current slots. */
  public List<Variable> slots() {
    return List.copyOf(slots.values());
  }
}
