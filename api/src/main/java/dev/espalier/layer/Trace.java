package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Initializer;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Collects what the layers of a model ask for while it is traced once: variables, updates of
 * non-trainable variables, random values. Not thread-safe.
 */
public final class Trace {
  private final Ops ops;
  private final Phase phase;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<Variable, Tensor> updates = new LinkedHashMap<>();
  private final Map<String, RandomInput> randomInputs = new LinkedHashMap<>();
  private final List<Tensor> losses = new ArrayList<>();
  private final UnaryOperator<Variable> declared;
  private Map<Variable, Tensor> replaced = Map.of();

  /** Starts a trace that adds to {@code ops}. */
  public Trace(Ops ops, Phase phase) {
    this(ops, phase, UnaryOperator.identity());
  }

  /**
   * Starts a trace that adds to {@code ops}.
   *
   * @param declared returns the variable to use for one that a layer asks for, of the same name and
   *     type
   */
  public Trace(Ops ops, Phase phase, UnaryOperator<Variable> declared) {
    this.ops = ops;
    this.phase = phase;
    this.declared = declared;
  }

  /**
   * Traces with other values for some variables.
   *
   * @param values each of the type of its variable
   */
  public <T> T withValues(Map<Variable, Tensor> values, Supplier<T> body) {
    Map<Variable, Tensor> outer = replaced;
    replaced = values;
    try {
      return body.get();
    } finally {
      replaced = outer;
    }
  }

  /** Returns what layers have added to the loss since this was last asked for, float32 numbers. */
  public List<Tensor> takeLosses() {
    List<Tensor> taken = List.copyOf(losses);
    losses.clear();
    return taken;
  }

  /** Returns the context for a layer or model at the top; an empty name adds no prefix. */
  public CallContext context(String name, boolean trainable) {
    return new Context(name, trainable);
  }

  /** Returns the variables in the order in which the layers asked for them. */
  public List<Variable> variables() {
    return List.copyOf(variables.values());
  }

  /** Returns the new values of non-trainable variables. */
  public List<Program.Update> updates() {
    List<Program.Update> result = new ArrayList<>();
    updates.forEach((variable, value) -> result.add(new Program.Update(variable, value)));
    return List.copyOf(result);
  }

  /** Returns the random values to be fed. */
  public List<RandomInput> randomInputs() {
    return List.copyOf(randomInputs.values());
  }

  private final class Context implements CallContext {
    private final String path;
    private final boolean trainable;

    Context(String path, boolean trainable) {
      this.path = path;
      this.trainable = trainable;
    }

    private String qualified(String name) {
      return path.isEmpty() ? name : path + "/" + name;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public Ops ops() {
      return ops;
    }

    @Override
    public Phase phase() {
      return phase;
    }

    @Override
    public boolean trainable() {
      return trainable;
    }

    @Override
    public Tensor weight(String name, Shape shape, Initializer initializer) {
      return declare(
          name,
          new TensorType(DataType.FLOAT32, shape),
          Variable.Role.WEIGHT,
          trainable,
          initializer);
    }

    @Override
    public Tensor nonTrainable(String name, TensorType type, Initializer initializer) {
      return declare(name, type, Variable.Role.NON_TRAINABLE, false, initializer);
    }

    private Tensor declare(
        String name,
        TensorType type,
        Variable.Role role,
        boolean trained,
        Initializer initializer) {
      Variable wanted =
          declared.apply(new Variable(qualified(name), type, role, trained, initializer));
      Variable known = variables.putIfAbsent(wanted.name(), wanted);
      if (known != null && !(known.type().equals(type) && known.role() == wanted.role())) {
        throw new EspalierException(
            ErrorCode.SHAPE_MISMATCH,
            "The " + name + " cannot be " + type + ", because it is " + known.type() + " already.",
            "A layer that is applied twice needs inputs with the same number of channels.");
      }
      Variable variable = known == null ? wanted : known;
      Tensor other = replaced.get(variable);
      if (other != null) {
        return other;
      }
      // A layer that is applied twice in one step continues with the value from its first use.
      Tensor pending = updates.get(variable);
      return pending == null ? ops.read(variable) : pending;
    }

    @Override
    public void update(String name, Tensor value) {
      Variable variable = variables.get(qualified(name));
      if (variable == null
          || variable.role() == Variable.Role.WEIGHT
          || !variable.type().equals(value.type())) {
        throw new EspalierException(
            ErrorCode.SHAPE_MISMATCH,
            "The non-trainable variable " + name + " cannot be updated with " + value.type() + ".",
            "Create the variable first, and give a value of its type.");
      }
      updates.put(variable, value);
    }

    @Override
    public void addLoss(Tensor loss) {
      if (loss.dataType() != DataType.FLOAT32 || loss.shape().rank() != 0) {
        throw new EspalierException(
            ErrorCode.SHAPE_MISMATCH,
            "The layer \"" + path + "\" adds " + loss.type() + " to the loss.",
            "Add a float32 scalar: take the sum or the mean over all axes.");
      }
      losses.add(loss);
    }

    @Override
    public Tensor randomUniform(String name, Shape shape) {
      String base = "random/" + qualified(name);
      String unique = base;
      // A layer that is applied twice must not drop the same units both times.
      for (int i = 1; randomInputs.containsKey(unique); i++) {
        unique = base + "#" + i;
      }
      randomInputs.put(unique, new RandomInput(unique, shape));
      return ops.input(unique, new TensorType(DataType.FLOAT32, shape));
    }

    @Override
    public CallContext child(String name, boolean childTrainable) {
      return new Context(qualified(name), trainable && childTrainable);
    }
  }
}
