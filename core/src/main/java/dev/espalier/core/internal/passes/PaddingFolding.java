package dev.espalier.core.internal.passes;

import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Folds zero padding into the following convolution where it equals {@link Padding#SAME}, which
 * saves a pass over memory, forward and backward. EfficientNet's strided convolutions are written
 * as padding and convolution.
 */
final class PaddingFolding implements Pass {
  @Override
  public Program apply(Program program) {
    Map<Tensor, Node> paddings = new HashMap<>();
    for (Node node : program.graph().nodes()) {
      if (node.op() instanceof Op.Pad) {
        paddings.put(node.output(), node);
      }
    }
    GraphRewriter rewriter = new GraphRewriter(program);
    return rewriter.rewrite(
        node -> {
          Node pad = node.inputs().isEmpty() ? null : paddings.get(node.inputs().get(0));
          Op padding = pad == null ? null : padding(node, pad);
          if (pad == null || padding == null) {
            rewriter.copy(node);
            return;
          }
          List<Tensor> inputs =
              List.of(
                  rewriter.replacement(pad.inputs().get(0)),
                  rewriter.replacement(node.inputs().get(1)));
          Tensor output =
              rewriter
                  .ops()
                  .within(node.scope(), () -> rewriter.ops().apply(padding, inputs).get(0));
          rewriter.replace(node.output(), output);
        });
  }

  /**
   * Returns the convolution with its own padding, or null if the node cannot be replaced by one.
   */
  private static @Nullable Op padding(Node node, Node pad) {
    Shape images = pad.inputs().get(0).shape();
    if (node.op() instanceof Op.Conv2d conv && conv.padding() == Padding.VALID) {
      Size2d window = window(node.inputs().get(1).shape(), conv.dilation());
      return isSame((Op.Pad) pad.op(), images, window, conv.strides())
          ? new Op.Conv2d(conv.strides(), Padding.SAME, conv.dilation(), conv.groups())
          : null;
    }
    if (node.op() instanceof Op.DepthwiseConv2d conv && conv.padding() == Padding.VALID) {
      Size2d window = window(node.inputs().get(1).shape(), Size2d.square(1));
      return isSame((Op.Pad) pad.op(), images, window, conv.strides())
          ? new Op.DepthwiseConv2d(conv.strides(), Padding.SAME)
          : null;
    }
    return null;
  }

  private static Size2d window(Shape kernel, Size2d dilation) {
    return new Size2d(
        (kernel.size(0) - 1) * dilation.height() + 1, (kernel.size(1) - 1) * dilation.width() + 1);
  }

  private static boolean isSame(Op.Pad pad, Shape images, Size2d window, Size2d strides) {
    int height = images.size(1);
    int width = images.size(2);
    Padding same = Padding.SAME;
    return pad.before()
            .equals(
                List.of(
                    0,
                    same.before(height, window.height(), strides.height()),
                    same.before(width, window.width(), strides.width()),
                    0))
        && pad.after()
            .equals(
                List.of(
                    0,
                    same.after(height, window.height(), strides.height()),
                    same.after(width, window.width(), strides.width()),
                    0));
  }
}
