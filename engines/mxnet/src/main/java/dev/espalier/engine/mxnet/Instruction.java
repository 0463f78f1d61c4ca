package dev.espalier.engine.mxnet;

import dev.espalier.engine.OperatorOrigin;
import java.util.List;
import java.util.Map;

/** One instruction of a run. */
sealed interface Instruction {
  /** Returns what it computes a part of. */
  OperatorOrigin origin();

  /** Returns the layer it belongs to. */
  default String layer() {
    return origin().layer();
  }

  /** Returns the name of the operator, for profiles. */
  String operator();

  /** Returns the values it reads. */
  List<Value> arguments();

  /** Returns the values it computes. */
  List<Value> results();

  /**
   * A value of a run.
   *
   * @param id unique in a program
   */
  record Value(int id) {}

  /** The sources of values that no instruction computes. */
  enum Source {
    /** The inputs fed by the host. */
    INPUT,
    /** The values of variables at the start of the run. */
    VARIABLE,
    /** The constants of the program. */
    CONSTANT
  }

  /** Takes an array that belongs to the caller. */
  record Take(OperatorOrigin origin, Source source, int index, Value result)
      implements Instruction {
    @Override
    public String operator() {
      return "take";
    }

    @Override
    public List<Value> arguments() {
      return List.of();
    }

    @Override
    public List<Value> results() {
      return List.of(result);
    }
  }

  /**
   * Calls an operator of MXNet.
   *
   * @param operator its name
   * @param parameters the non-array parameters, as strings
   * @param results the first of its results
   */
  record Invoke(
      OperatorOrigin origin,
      String operator,
      Map<String, String> parameters,
      List<Value> arguments,
      List<Value> results)
      implements Instruction {
    /** Batch normalization, which normalizes by the batch in MXNet's training mode only. */
    static final String BATCH_NORM = "BatchNorm";

    public Invoke {
      parameters = Map.copyOf(parameters);
      arguments = List.copyOf(arguments);
      results = List.copyOf(results);
    }
  }

  /**
   * Computes the gradients of an operator that has no backward operator to call by name: MXNet has
   * to record the forward call.
   *
   * @param forward the operator
   * @param gradient gradient of its first result
   * @param wanted indices of the operator's arguments that get a gradient
   */
  record Differentiate(
      OperatorOrigin origin,
      Invoke forward,
      Value gradient,
      List<Integer> wanted,
      List<Value> results)
      implements Instruction {
    public Differentiate {
      wanted = List.copyOf(wanted);
      results = List.copyOf(results);
    }

    @Override
    public String operator() {
      return "backward of " + forward.operator();
    }

    /** Includes the operator's result, so that the operator runs. */
    @Override
    public List<Value> arguments() {
      return List.of(gradient, forward.results().get(0));
    }
  }
}
