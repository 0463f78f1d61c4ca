package dev.espalier.engine.lowering;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Variable;
import java.util.List;

/**
 * Where the operations of a program go: an engine's graph or list of instructions.
 *
 * @param <C> what the engine hands to a lowering
 * @param <V> what a tensor becomes
 */
public interface LoweringTarget<C, V> {
  /** What the operations that are added next are for. */
  enum Purpose {
    /** The values of a node. */
    VALUE,
    /** The gradients that flow back through a node. */
    GRADIENT
  }

  /** Says for which node operations are added from now on, so that errors can name its layer. */
  void enter(Node node, Purpose purpose);

  /** Returns what the host feeds. */
  V input(Op.Input input);

  /** Returns the value of a variable at the start of a run. */
  V read(Variable variable);

  /** Returns what the lowering of a node gets. */
  C call(Node node, List<V> inputs);

  /** Returns the number 1, a scalar. */
  V one();

  /** Returns the sum of two or more values of one shape. */
  V sum(List<V> terms);

  /** Returns zeros of the shape of a value. */
  V zerosLike(V value);

  /** Returns the error for a node that the engine refused with {@code cause}. */
  RuntimeException refused(Node node, RuntimeException cause);
}
