package dev.espalier.core.internal.passes;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Op.BinaryFunction;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Removes operations that return their input: resizing or reshaping to the same size,
 * multiplication by 1, addition of 0, empty padding, and stop-gradient where no gradient is
 * computed.
 */
final class IdentityRemoval implements Pass {
  @Override
  public Program apply(Program program) {
    boolean gradients =
        program.graph().nodes().stream().anyMatch(node -> node.op() instanceof Op.Gradients);
    Map<Tensor, Double> scalars = scalars(program);
    GraphRewriter rewriter = new GraphRewriter(program);
    return rewriter.rewrite(
        node -> {
          Tensor same = sameAs(node, gradients, scalars);
          if (same != null && same.type().equals(node.output().type())) {
            rewriter.replace(node.output(), rewriter.replacement(same));
          } else {
            rewriter.copy(node);
          }
        });
  }

  private static Map<Tensor, Double> scalars(Program program) {
    Map<Tensor, Double> scalars = new HashMap<>();
    for (Node node : program.graph().nodes()) {
      if (node.op() instanceof Op.Constant constant && constant.value().elementCount() == 1) {
        scalars.put(node.output(), constant.value().item());
      }
    }
    return scalars;
  }

  /** Returns the input that the node returns unchanged, or null if it is not an identity. */
  private static @Nullable Tensor sameAs(
      Node node, boolean gradients, Map<Tensor, Double> scalars) {
    Op op = node.op();
    if (op instanceof Op.StopGradient) {
      return gradients ? null : node.inputs().get(0);
    }
    if (op instanceof Op.Binary binary) {
      return neutral(binary.function(), node.inputs(), scalars);
    }
    boolean identity = false;
    if (op instanceof Op.Cast || op instanceof Op.Resize) {
      // Resizing to the same size samples each pixel at its own center.
      identity = true; // if the types are equal, which the caller checks
    } else if (op instanceof Op.Reshape) {
      identity = onlyBatchUnknown(node.output().type());
    } else if (op instanceof Op.Transpose transpose) {
      List<Integer> permutation = transpose.permutation();
      identity = IntStream.range(0, permutation.size()).allMatch(i -> permutation.get(i) == i);
    } else if (op instanceof Op.Concat) {
      identity = node.inputs().size() == 1;
    } else if (op instanceof Op.Pad pad) {
      identity =
          pad.before().stream().allMatch(count -> count == 0)
              && pad.after().stream().allMatch(count -> count == 0);
    } else if (op instanceof Op.Slice slice) {
      Shape whole = node.inputs().get(0).shape();
      identity =
          slice.begin().stream().allMatch(start -> start == 0)
              && IntStream.range(0, whole.rank())
                  .allMatch(i -> slice.size().get(i) == -1 || slice.size().get(i) == whole.size(i));
    } else if (op instanceof Op.Reduce reduce) {
      identity = reduce.axes().isEmpty();
    }
    return identity ? node.inputs().get(0) : null;
  }

  /** Unknown sizes may differ at run time, except the batch size, which is the same everywhere. */
  private static boolean onlyBatchUnknown(TensorType type) {
    return type.shape().isStatic()
        || (type.shape().size(0) == Shape.UNKNOWN && type.shape().withoutBatch().isStatic());
  }

  private static @Nullable Tensor neutral(
      BinaryFunction function, List<Tensor> inputs, Map<Tensor, Double> scalars) {
    Double left = scalars.get(inputs.get(0));
    Double right = scalars.get(inputs.get(1));
    return switch (function) {
      case ADD -> is(right, 0) ? inputs.get(0) : is(left, 0) ? inputs.get(1) : null;
      case MULTIPLY -> is(right, 1) ? inputs.get(0) : is(left, 1) ? inputs.get(1) : null;
      case SUBTRACT -> is(right, 0) ? inputs.get(0) : null;
      case DIVIDE, POWER -> is(right, 1) ? inputs.get(0) : null;
      case MAXIMUM, MINIMUM -> null;
    };
  }

  private static boolean is(@Nullable Double scalar, double value) {
    return scalar != null && scalar == value;
  }
}
