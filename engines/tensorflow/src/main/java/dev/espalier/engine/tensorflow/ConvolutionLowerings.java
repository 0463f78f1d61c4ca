package dev.espalier.engine.tensorflow;

import dev.espalier.engine.lowering.GroupedConvolution;
import dev.espalier.engine.lowering.KernelColumns;
import dev.espalier.engine.lowering.Lowered;
import dev.espalier.engine.lowering.LoweringTable;
import dev.espalier.engine.lowering.Window;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Output;

/** Convolutions and pooling of images {@code [batch, height, width, channels]}. */
final class ConvolutionLowerings {
  private ConvolutionLowerings() {}

  static void register(LoweringTable.Builder<Call, Output<?>> table) {
    table
        .add(Op.Conv2d.class, ConvolutionLowerings::conv2d)
        .add(Op.Conv2dTranspose.class, ConvolutionLowerings::conv2dTranspose)
        .add(Op.DepthwiseConv2d.class, ConvolutionLowerings::depthwise)
        .add(Op.MaxPool2d.class, ConvolutionLowerings::maxPool)
        .add(Op.AveragePool2d.class, ConvolutionLowerings::averagePool);
  }

  private static Lowered<Output<?>> conv2d(Op.Conv2d op, Call call) {
    boolean dilated = !op.dilation().equals(Size2d.square(1));
    if (dilated && call.onProcessor() && call.outputType().dataType().isHalf()) {
      return inFloat32(op, call);
    }
    SlidingAttributes window = new SlidingAttributes(op.strides(), op.padding(), op.dilation());
    if (op.groups() > 1) {
      return groupedConv2d(call, window, op.groups());
    }
    GraphWriter tf = call.tf();
    Output<?> x = call.input(0);
    Output<?> kernel = call.input(1);
    return Lowered.of(
        window.write(tf.op("Conv2D").inputs(x, kernel)),
        (dy, wanted) ->
            Arrays.asList(
                window.write(tf.op("Conv2DBackpropInput").inputs(sizes(call, 0), kernel, dy)),
                window.write(tf.op("Conv2DBackpropFilter").inputs(x, sizes(call, 1), dy))));
  }

  /** On the CPU, TensorFlow has no gradients of dilated convolutions in 16 bits. */
  private static Lowered<Output<?>> inFloat32(Op.Conv2d op, Call call) {
    GraphWriter tf = call.tf();
    DataType half = call.outputType().dataType();
    TensorType image = call.inputType(0).withDataType(DataType.FLOAT32);
    TensorType kernel = call.inputType(1).withDataType(DataType.FLOAT32);
    Ops ops = new Ops();
    List<Tensor> inputs = List.of(ops.input("image", image), ops.input("kernel", kernel));
    Node node = new Node(op, inputs, ops.apply(op, inputs), call.node().scope());
    List<Output<?>> cast = new ArrayList<>();
    call.inputs().forEach(input -> cast.add(tf.cast(input, DataType.FLOAT32)));
    Lowered<Output<?>> lowered = conv2d(op, new Call(node, cast, tf, true));
    return Lowered.of(
        tf.cast(lowered.outputs().get(0), half),
        (dy, wanted) -> {
          List<@Nullable Output<?>> gradients = new ArrayList<>();
          Objects.requireNonNull(lowered.pullback())
              .apply(tf.cast(dy, DataType.FLOAT32), wanted)
              .forEach(
                  gradient -> gradients.add(gradient == null ? null : tf.cast(gradient, half)));
          return gradients;
        });
  }

  /**
   * Adds one convolution per group: on the CPU, TensorFlow has no gradients of grouped
   * convolutions.
   */
  private static Lowered<Output<?>> groupedConv2d(Call call, SlidingAttributes window, int groups) {
    GraphWriter tf = call.tf();
    List<Output<?>> images = channelGroups(tf, call.input(0), groups);
    List<Output<?>> kernels = channelGroups(tf, call.input(1), groups);
    List<Output<?>> results = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      results.add(window.write(tf.op("Conv2D").inputs(images.get(i), kernels.get(i))));
    }
    return Lowered.of(
        joinedChannels(tf, results),
        (dy, wanted) -> {
          List<Output<?>> gradients = channelGroups(tf, dy, groups);
          Output<?> imageSizes = tf.sizes(images.get(0));
          Output<?> kernelSizes = tf.sizes(kernels.get(0));
          List<Output<?>> ofImages = new ArrayList<>();
          List<Output<?>> ofKernels = new ArrayList<>();
          for (int i = 0; i < groups; i++) {
            ofImages.add(
                window.write(
                    tf.op("Conv2DBackpropInput")
                        .inputs(imageSizes, kernels.get(i), gradients.get(i))));
            ofKernels.add(
                window.write(
                    tf.op("Conv2DBackpropFilter")
                        .inputs(images.get(i), kernelSizes, gradients.get(i))));
          }
          return Arrays.asList(joinedChannels(tf, ofImages), joinedChannels(tf, ofKernels));
        });
  }

  private static List<Output<?>> channelGroups(GraphWriter tf, Output<?> x, int groups) {
    return tf.op("Split").inputs(tf.integer(3), x).attr("num_split", groups).outputs();
  }

  private static Output<?> joinedChannels(GraphWriter tf, List<Output<?>> groups) {
    return tf.op("ConcatV2").inputList(groups).inputs(tf.integer(3)).output();
  }

  private static Lowered<Output<?>> conv2dTranspose(Op.Conv2dTranspose op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> x = call.input(0);
    Output<?> kernel = call.input(1);
    SlidingAttributes window = new SlidingAttributes(op.strides(), op.padding(), Size2d.square(1));
    List<Integer> sizes = call.outputType().shape().sizes();
    Output<?> outputSizes =
        call.outputType().shape().isStatic()
            ? tf.ints(sizes)
            : tf.op("ConcatV2")
                .inputList(
                    List.of(
                        tf.apply("Slice", tf.sizes(x), tf.ints(0), tf.ints(1)),
                        tf.ints(sizes.subList(1, sizes.size()))))
                .inputs(tf.integer(0))
                .output();
    return Lowered.of(
        window.write(tf.op("Conv2DBackpropInput").inputs(outputSizes, kernel, x)),
        (dy, wanted) ->
            Arrays.asList(
                window.write(tf.op("Conv2D").inputs(dy, kernel)),
                window.write(tf.op("Conv2DBackpropFilter").inputs(dy, sizes(call, 1), x))));
  }

  private static Lowered<Output<?>> depthwise(Op.DepthwiseConv2d op, Call call) {
    if (op.strides().height() != op.strides().width()) {
      return depthwiseWithUnequalStrides(op, call);
    }
    GraphWriter tf = call.tf();
    SlidingAttributes window = new SlidingAttributes(op.strides(), op.padding(), Size2d.square(1));
    Output<?> x = call.input(0);
    Output<?> kernel = call.input(1);
    return Lowered.of(
        window.write(tf.op("DepthwiseConv2dNative").inputs(x, kernel)),
        (dy, wanted) ->
            Arrays.asList(
                window.write(
                    tf.op("DepthwiseConv2dNativeBackpropInput").inputs(sizes(call, 0), kernel, dy)),
                depthwiseKernelGradient(op, call, window, dy)));
  }

  /** On the CPU, wide kernels are faster in parts; see {@link KernelColumns}. */
  private static Output<?> depthwiseKernelGradient(
      Op.DepthwiseConv2d op, Call call, SlidingAttributes window, Output<?> dy) {
    GraphWriter tf = call.tf();
    Output<?> x = call.input(0);
    GroupedConvolution convolution = GroupedConvolution.of(op, call);
    List<KernelColumns> parts = KernelColumns.of(convolution.window());
    if (!call.onProcessor() || parts.size() == 1) {
      return window.write(
          tf.op("DepthwiseConv2dNativeBackpropFilter").inputs(x, sizes(call, 1), dy));
    }
    Output<?> image = pad(tf, x, convolution.window());
    SlidingAttributes inside = new SlidingAttributes(op.strides(), Padding.VALID, Size2d.square(1));
    Shape kernel = call.inputType(1).shape();
    List<Output<?>> gradients = new ArrayList<>();
    for (KernelColumns columns : parts) {
      Output<?> met =
          tf.apply(
              "Slice",
              image,
              tf.ints(0, 0, columns.first(), 0),
              tf.ints(-1, -1, columns.imageColumns(), -1));
      Output<?> sizes = tf.ints(kernel.size(0), columns.count(), kernel.size(2), kernel.size(3));
      gradients.add(
          inside.write(tf.op("DepthwiseConv2dNativeBackpropFilter").inputs(met, sizes, dy)));
    }
    return tf.op("ConcatV2").inputList(gradients).inputs(tf.integer(1)).output();
  }

  /** Returns images with the zeros around them over which a window slides. */
  private static Output<?> pad(GraphWriter tf, Output<?> images, Window window) {
    HostArray paddings =
        HostArray.wrapInts(
            Shape.of(4, 2),
            0,
            0,
            window.top(),
            window.bottom(),
            window.left(),
            window.right(),
            0,
            0);
    return tf.apply("Pad", images, tf.constant(paddings));
  }

  /**
   * TensorFlow's depthwise kernels require equal strides, so this computes all positions and
   * selects the required ones. Rare enough not to be worth optimizing.
   */
  private static Lowered<Output<?>> depthwiseWithUnequalStrides(Op.DepthwiseConv2d op, Call call) {
    GraphWriter tf = call.tf();
    Window window = GroupedConvolution.of(op, call).window();
    Output<?> padded = pad(tf, call.input(0), window);
    SlidingAttributes everywhere =
        new SlidingAttributes(Size2d.square(1), Padding.VALID, Size2d.square(1));
    Output<?> all = everywhere.write(tf.op("DepthwiseConv2dNative").inputs(padded, call.input(1)));
    Output<?> begin = tf.ints(0, 0, 0, 0);
    Output<?> strides = tf.ints(1, op.strides().height(), op.strides().width(), 1);
    Output<?> y =
        tf.op("StridedSlice")
            .inputs(all, begin, begin, strides)
            .attr("begin_mask", 15)
            .attr("end_mask", 15)
            .output();
    return Lowered.of(
        y,
        (dy, wanted) -> {
          Output<?> spread =
              tf.op("StridedSliceGrad")
                  .inputs(tf.sizes(all), begin, begin, strides, dy)
                  .attr("begin_mask", 15)
                  .attr("end_mask", 15)
                  .output();
          Output<?> dPadded =
              everywhere.write(
                  tf.op("DepthwiseConv2dNativeBackpropInput")
                      .inputs(tf.sizes(padded), call.input(1), spread));
          return Arrays.asList(
              tf.apply(
                  "Slice",
                  dPadded,
                  tf.ints(0, window.top(), window.left(), 0),
                  tf.sizes(call.input(0))),
              everywhere.write(
                  tf.op("DepthwiseConv2dNativeBackpropFilter")
                      .inputs(padded, sizes(call, 1), spread)));
        });
  }

  private static Lowered<Output<?>> maxPool(Op.MaxPool2d op, Call call) {
    GraphWriter tf = call.tf();
    Output<?> x = call.input(0);
    Output<?> y = pool(tf.op("MaxPool").inputs(x), op.window(), op.strides(), op.padding());
    return Lowered.unary(
        y,
        dy -> pool(tf.op("MaxPoolGrad").inputs(x, y, dy), op.window(), op.strides(), op.padding()));
  }

  private static Lowered<Output<?>> averagePool(Op.AveragePool2d op, Call call) {
    GraphWriter tf = call.tf();
    return Lowered.unary(
        pool(tf.op("AvgPool").inputs(call.input(0)), op.window(), op.strides(), op.padding()),
        dy ->
            pool(
                tf.op("AvgPoolGrad").inputs(sizes(call, 0), dy),
                op.window(),
                op.strides(),
                op.padding()));
  }

  private static Output<?> pool(
      GraphWriter.OpWriter op, Size2d window, Size2d strides, Padding padding) {
    return op.longs("ksize", 1, window.height(), window.width(), 1)
        .longs("strides", 1, strides.height(), strides.width(), 1)
        .attr("padding", padding.name())
        .output();
  }

  private static Output<?> sizes(Call call, int input) {
    Shape shape = call.inputType(input).shape();
    List<Integer> sizes = shape.sizes();
    return shape.isStatic() ? call.tf().ints(sizes) : call.tf().sizes(call.input(input));
  }

  /** The attributes that forward and backward convolutions have in common. */
  private record SlidingAttributes(Size2d strides, Padding padding, Size2d dilation) {
    Output<?> write(GraphWriter.OpWriter op) {
      return op.longs("strides", 1, strides.height(), strides.width(), 1)
          .attr("padding", padding.name())
          .longs("dilations", 1, dilation.height(), dilation.width(), 1)
          .output();
    }
  }
}
