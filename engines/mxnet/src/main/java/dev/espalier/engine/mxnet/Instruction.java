package dev.espalier.engine.mxnet;

import java.util.List;
import java.util.Map;

/** One thing to do in a run. */
sealed interface Instruction {
  /** Returns the layer for which it is done. */
  String layer();

  /** Returns what it needs. */
  List<Value> arguments();

  /** Returns what it computes. */
  List<Value> results();

  /**
   * A value of a run.
   *
   * @param id unique in a program
   */
  record Value(int id) {}

  /** Where values come from that no instruction computes. */
  enum Source {
    /** What the host feeds. */
    INPUT,
    /** The variables' values at the start of the run. */
    VARIABLE,
    /** What never changes. */
    CONSTANT
  }

  /** Takes an array that belongs to the caller. */
  record Take(String layer, Source source, int index, Value result) implements Instruction {
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
   * @param parameters what it takes beside arrays, as text
   */
  record Invoke(
      String layer,
      String operator,
      Map<String, String> parameters,
      List<Value> arguments,
      List<Value> results)
      implements Instruction {
    public Invoke {
      parameters = Map.copyOf(parameters);
      arguments = List.copyOf(arguments);
      results = List.copyOf(results);
    }
  }

  /**
   * Computes the gradients of an operator that cannot be asked for them by name: MXNet has to have
   * recorded it.
   *
   * @param forward the operator; it has one result
   * @param gradient of that result
   * @param wanted which of the operator's arguments get a gradient, by position
   */
  record Differentiate(
      String layer, Invoke forward, Value gradient, List<Integer> wanted, List<Value> results)
      implements Instruction {
    public Differentiate {
      wanted = List.copyOf(wanted);
      results = List.copyOf(results);
    }

    /** The operator's result is among them, so that it is computed. */
    @Override
    public List<Value> arguments() {
      return List.of(gradient, forward.results().get(0));
    }
  }
}
