package dev.espalier.engine.lowering;

import dev.espalier.engine.OperatorOrigin;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Variable;
import java.util.List;

/**
 * Receives the operations of a program: an engine's graph or list of instructions.
 *
 * @param <C> the engine's call context
 * @param <V> the engine's representation of a tensor
 */
public interface LoweringTarget<C, V> {
  /** The purpose of the operations that are added next. */
  enum Purpose {
    /** They compute the outputs of a node. */
    VALUE,
    /** They compute the gradients of a node's inputs. */
    GRADIENT;

    /** Returns what operators are a part of that are added for a node. */
    public OperatorOrigin originIn(Node node) {
      return new OperatorOrigin(node.scope(), node.op().primitive(), this == GRADIENT);
    }
  }

  /**
   * Announces the node that the following operations belong to, so that errors can name its layer.
   */
  void enter(Node node, Purpose purpose);

  /** Returns the value fed for an input. */
  V input(Op.Input input);

  /** Returns the value of a variable at the start of a run. */
  V read(Variable variable);

  /** Returns the call context for the lowering of a node. */
  C call(Node node, List<V> inputs);

  /** Returns the scalar 1. */
  V one();

  /** Returns the sum of two or more values of the same shape. */
  V sum(List<V> terms);

  /** Returns zeros in the shape of a value. */
  V zerosLike(V value);

  /** Returns the error for a node that the engine rejected with {@code cause}. */
  RuntimeException refused(Node node, RuntimeException cause);
}
