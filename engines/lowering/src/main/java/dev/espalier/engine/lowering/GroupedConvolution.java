package dev.espalier.engine.lowering;

import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import java.util.List;

/**
 * A convolution as the operators of PyTorch and MXNet compute all of them: in groups of channels,
 * with kernels {@code [out, in / groups, height, width]}. Immutable.
 *
 * @param window slides over the images
 * @param groups number of groups of channels
 * @param outputs number of output channels
 * @param kernelOrder puts the axes of our kernels in the order of the operator
 */
public record GroupedConvolution(Window window, int groups, int outputs, AxisOrder kernelOrder) {
  private static final AxisOrder FULL = new AxisOrder(List.of(3, 2, 0, 1));
  private static final AxisOrder DEPTHWISE = new AxisOrder(List.of(2, 3, 0, 1));

  /** Returns whether each channel has a kernel of its own, without dilation. */
  public boolean isDepthwise() {
    return groups == outputs
        && groups == window.image().size(-1)
        && window.dilation().equals(Size2d.square(1));
  }

  /** Returns the convolution of a node with an image and a kernel. */
  public static GroupedConvolution of(Op.Conv2d op, LoweringCall<?> call) {
    Shape kernel = call.inputShape(1);
    Window window =
        Window.ofKernel(call.inputShape(0), kernel, op.strides(), op.dilation(), op.padding());
    return new GroupedConvolution(window, op.groups(), kernel.size(3), FULL);
  }

  /** Returns the convolution of a node with an image and a kernel: a group for each channel. */
  public static GroupedConvolution of(Op.DepthwiseConv2d op, LoweringCall<?> call) {
    Shape image = call.inputShape(0);
    Window window =
        Window.ofKernel(image, call.inputShape(1), op.strides(), Size2d.square(1), op.padding());
    return new GroupedConvolution(window, image.size(-1), image.size(-1), DEPTHWISE);
  }

  /** Returns the convolution that a node with an image and a kernel is the transpose of. */
  public static GroupedConvolution of(Op.Conv2dTranspose op, LoweringCall<?> call) {
    Shape kernel = call.inputShape(1);
    Window window =
        Window.ofTranspose(call.outputType().shape(), kernel, op.strides(), op.padding());
    return new GroupedConvolution(window, 1, kernel.size(3), FULL);
  }
}
