package dev.espalier.core.internal.passes;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Folds batch normalization with fixed mean and variance into the preceding convolution, which
 * becomes one with scaled filters and a bias: with s = gamma/sqrt(variance + epsilon), BN(conv(x,
 * k)) = conv(x, k·s) + (beta - mean·s). Filters are small compared to feature maps, so this saves a
 * pass over the feature maps, forward and backward.
 *
 * <p>Applies only if nothing else uses the convolution's output and no gradient with respect to
 * gamma, beta, mean or variance is computed. The filters may be trainable: their gradient flows
 * through k·s.
 */
final class BatchNormFolding implements Pass {
  @Override
  public Program apply(Program program) {
    Map<Tensor, Node> producers = new HashMap<>();
    Map<Tensor, Integer> uses = new HashMap<>();
    Set<Tensor> learning = new HashSet<>();
    for (Node node : program.graph().nodes()) {
      node.outputs().forEach(output -> producers.put(output, node));
      node.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
      if (node.op() instanceof Op.Gradients) {
        learning.addAll(node.inputs().subList(1, node.inputs().size()));
      }
    }
    program.outputs().forEach(output -> uses.merge(output.tensor(), 1, Integer::sum));
    program.updates().forEach(update -> uses.merge(update.value(), 1, Integer::sum));
    spread(program, learning);

    Map<Node, Node> folded = new HashMap<>(); // convolution of each normalization to fold
    for (Node node : program.graph().nodes()) {
      if (node.op() instanceof Op.BatchNormInference) {
        Node convolution = producers.get(node.inputs().get(0));
        boolean parametersFixed =
            node.inputs().subList(1, 5).stream().noneMatch(learning::contains);
        if (convolution != null
            && isConvolution(convolution.op())
            && parametersFixed
            && uses.getOrDefault(convolution.output(), 0) == 1) {
          folded.put(node, convolution);
        }
      }
    }
    Set<Node> absorbed = new HashSet<>(folded.values());
    GraphRewriter rewriter = new GraphRewriter(program);
    return rewriter.rewrite(
        node -> {
          Node convolution = folded.get(node);
          if (convolution != null) {
            fold(rewriter, convolution, node);
          } else if (!absorbed.contains(node)) {
            rewriter.copy(node);
          }
        });
  }

  private static boolean isConvolution(Op op) {
    return op instanceof Op.Conv2d
        || op instanceof Op.DepthwiseConv2d
        || op instanceof Op.Conv2dTranspose;
  }

  /** Adds everything that depends on a trainable tensor. */
  private static void spread(Program program, Set<Tensor> learning) {
    for (Node node : program.graph().nodes()) {
      if (node.inputs().stream().anyMatch(learning::contains)) {
        learning.addAll(node.outputs());
      }
    }
  }

  private static void fold(GraphRewriter rewriter, Node convolution, Node normalization) {
    List<Tensor> parameters =
        normalization.inputs().subList(1, 5).stream().map(rewriter::replacement).toList();
    Tensor x = rewriter.replacement(convolution.inputs().get(0));
    Tensor kernel = rewriter.replacement(convolution.inputs().get(1));
    float epsilon = ((Op.BatchNormInference) normalization.op()).epsilon();
    Tensor folded =
        rewriter
            .ops()
            .within(
                normalization.scope(),
                () -> fold(rewriter.ops(), convolution.op(), x, kernel, parameters, epsilon));
    rewriter.replace(normalization.output(), folded);
  }

  private static Tensor fold(
      Ops ops, Op convolution, Tensor x, Tensor kernel, List<Tensor> parameters, float epsilon) {
    Tensor gamma = parameters.get(0);
    Tensor beta = parameters.get(1);
    Tensor mean = parameters.get(2);
    Tensor variance = parameters.get(3);
    Tensor scale = ops.multiply(gamma, ops.rsqrt(ops.add(variance, epsilon)));
    Tensor bias = ops.subtract(beta, ops.multiply(mean, scale));
    // The output channels are the last axis of a kernel, also with groups. A depthwise kernel is
    // [height, width, channels, 1] and a transposed one [height, width, out, in].
    Tensor perFilter =
        convolution instanceof Op.Conv2d
            ? scale
            : ops.reshape(scale, Shape.of(kernel.shape().size(2), 1));
    Tensor scaled = ops.multiply(kernel, perFilter);
    return ops.add(ops.apply(convolution, List.of(x, scaled)).get(0), bias);
  }
}
