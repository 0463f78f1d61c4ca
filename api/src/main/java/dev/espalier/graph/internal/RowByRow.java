package dev.espalier.graph.internal;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import java.util.List;
import java.util.function.Predicate;

/**
 * Tells whether an operation computes row i of its output from row i of its inputs alone, so that
 * the output for a sample does not depend on the other samples of the batch. Operations that are
 * not known to do so are taken not to.
 */
public final class RowByRow {
  private RowByRow() {}

  /** Returns whether a shape is that of a batch: of an unknown number of rows of a known shape. */
  public static boolean isBatch(Shape shape) {
    return Rows.areIn(shape) && shape.withoutBatch().isStatic();
  }

  /** Returns the names of the inputs of a program that are batches, sorted. */
  public static List<String> batches(Program program) {
    return Rows.inputs(program, RowByRow::isBatch);
  }

  /**
   * Returns whether a node computes row by row.
   *
   * @param batched says which of its inputs have a row for each sample; the others are constant
   */
  public static boolean computes(Node node, Predicate<Tensor> batched) {
    if (node.outputs().size() != 1 || !isBatch(node.output().shape())) {
      return false;
    }
    Op op = node.op();
    List<Tensor> inputs = node.inputs();
    int rank = node.output().shape().rank();
    if (op instanceof Op.Unary
        || op instanceof Op.Cast
        || op instanceof Op.StopGradient
        || op instanceof Op.OneHot
        || op instanceof Op.MaxPool2d
        || op instanceof Op.AveragePool2d
        || op instanceof Op.Resize) {
      return true;
    }
    if (op instanceof Op.Binary || op instanceof Op.Compare || op instanceof Op.Select) {
      // Otherwise broadcasting would move the rows to another axis.
      return inputs.stream().filter(batched).allMatch(input -> input.shape().rank() == rank);
    }
    if (op instanceof Op.Softmax || op instanceof Op.LogSoftmax) {
      return rank > 1;
    }
    if (op instanceof Op.Conv2d
        || op instanceof Op.DepthwiseConv2d
        || op instanceof Op.Conv2dTranspose) {
      return onlyFirst(inputs, batched);
    }
    if (op instanceof Op.BatchNormInference) {
      return rank > 1 && onlyFirst(inputs, batched);
    }
    if (op instanceof Op.MatMul) {
      return rank > 2 || onlyFirst(inputs, batched);
    }
    if (op instanceof Op.Gather gather) {
      boolean fromRows = onlyFirst(inputs, batched) && gather.axis() != 0;
      boolean fromTable =
          !batched.test(inputs.get(0)) && batched.test(inputs.get(1)) && gather.axis() == 0;
      return fromRows || fromTable;
    }
    return movesWithinRows(op, inputs);
  }

  private static boolean movesWithinRows(Op op, List<Tensor> inputs) {
    if (op instanceof Op.Reduce reduce) {
      return !reduce.axes().contains(0);
    }
    if (op instanceof Op.ArgMax argMax) {
      return argMax.axis() != 0;
    }
    if (op instanceof Op.Concat concat) {
      return concat.axis() != 0;
    }
    if (op instanceof Op.Transpose transpose) {
      return transpose.permutation().get(0) == 0;
    }
    if (op instanceof Op.Pad pad) {
      return pad.before().get(0) == 0 && pad.after().get(0) == 0;
    }
    if (op instanceof Op.Slice slice) {
      return slice.begin().get(0) == 0 && slice.size().get(0) == -1;
    }
    if (op instanceof Op.Reshape reshape) {
      Shape before = inputs.get(0).shape().withoutBatch();
      Shape after = reshape.shape();
      return after.size(0) == Shape.UNKNOWN
          && after.withoutBatch().elementCount() == before.elementCount();
    }
    return false;
  }

  private static boolean onlyFirst(List<Tensor> inputs, Predicate<Tensor> batched) {
    return batched.test(inputs.get(0))
        && inputs.subList(1, inputs.size()).stream().noneMatch(batched);
  }
}
