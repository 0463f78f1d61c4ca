package dev.espalier.onnx;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import java.util.List;

/** Convolutions and pooling. */
final class ConvolutionRules {
  private static final Size2d ONE = Size2d.square(1);

  private ConvolutionRules() {}

  static void register(ExportRules rules) {
    rules
        .add(Op.Conv2d.class, ConvolutionRules::conv2d)
        .add(Op.DepthwiseConv2d.class, ConvolutionRules::depthwise)
        .add(Op.Conv2dTranspose.class, ConvolutionRules::transposed)
        .add(Op.MaxPool2d.class, ConvolutionRules::maxPool)
        .add(Op.AveragePool2d.class, ConvolutionRules::averagePool);
  }

  private static Value conv2d(Op.Conv2d op, Call call) {
    Window window = new Window(kernelSize(call), op.strides(), op.padding(), op.dilation());
    return conv(call, window, List.of(3, 2, 0, 1), op.groups());
  }

  private static Value depthwise(Op.DepthwiseConv2d op, Call call) {
    Window window = new Window(kernelSize(call), op.strides(), op.padding(), ONE);
    int channels = call.input(1).type().shape().size(2);
    return conv(call, window, List.of(2, 3, 0, 1), channels);
  }

  private static Value conv(Call call, Window window, List<Integer> kernelOrder, int groups) {
    Value images = call.input(0);
    List<Integer> pads = window.pads(images.type().shape());
    Value.Padded padded = images.padded;
    if (padded != null && window.padding() == Padding.VALID && call.isOnlyUse()) {
      images = padded.images();
      pads =
          List.of(
              padded.before().get(1),
              padded.before().get(2),
              padded.after().get(1),
              padded.after().get(2));
    }
    PixelRows rows = images.rows;
    HostArray kernel = call.input(1).constant();
    if (rows != null && kernel != null && groups == 1 && window.dilation().width() == 1) {
      int each = rows.channels();
      return convolved(
          call,
          call.node("Conv", rows.name(), rows.kernel(call, kernel)),
          new Window(
              widened(window.size(), each),
              widened(window.strides(), each),
              window.padding(),
              window.dilation()),
          List.of(pads.get(0), pads.get(1) * each, pads.get(2), pads.get(3) * each),
          1);
    }
    return convolved(
        call,
        call.node("Conv", call.channelsFirst(images), kernel(call, kernelOrder)),
        window,
        pads,
        groups);
  }

  private static Size2d widened(Size2d size, int times) {
    return new Size2d(size.height(), size.width() * times);
  }

  private static Value convolved(
      Call call, OnnxNode convolution, Window window, List<Integer> pads, int groups) {
    return call.channelsFirstResult(
        convolution
            .with("kernel_shape", sizes(window.size()))
            .with("strides", sizes(window.strides()))
            .with("dilations", sizes(window.dilation()))
            .with("pads", pads)
            .with("group", groups));
  }

  private static Value transposed(Op.Conv2dTranspose op, Call call) {
    Size2d size = kernelSize(call);
    Size2d strides = op.strides();
    // The convolution that this undoes would pad the larger image.
    Window window = new Window(size, strides, op.padding(), ONE);
    List<Integer> missing =
        List.of(
            Math.max(0, strides.height() - size.height()),
            Math.max(0, strides.width() - size.width()));
    OnnxNode node =
        call.node(
                "ConvTranspose",
                call.channelsFirst(call.input(0)),
                kernel(call, List.of(3, 2, 0, 1)))
            .with("kernel_shape", sizes(size))
            .with("strides", sizes(strides))
            .with("pads", window.pads(call.type().shape()))
            .with("output_padding", missing);
    return call.channelsFirstResult(node);
  }

  private static Value maxPool(Op.MaxPool2d op, Call call) {
    Window window = new Window(op.window(), op.strides(), op.padding(), ONE);
    return pool(call, "MaxPool", window);
  }

  private static Value averagePool(Op.AveragePool2d op, Call call) {
    Window window = new Window(op.window(), op.strides(), op.padding(), ONE);
    return pool(call, "AveragePool", window); // leaves padding out of the mean, by default
  }

  private static Value pool(Call call, String operation, Window window) {
    OnnxNode node =
        call.node(operation, call.channelsFirst(call.input(0)))
            .with("kernel_shape", sizes(window.size()))
            .with("strides", sizes(window.strides()))
            .with("pads", window.pads(call.input(0).type().shape()));
    return call.channelsFirstResult(node);
  }

  /** Returns the name of the kernel with its axes in the order of ONNX. */
  private static String kernel(Call call, List<Integer> order) {
    return call.plain(call.apply(new Op.Transpose(order), call.input(1)));
  }

  private static Size2d kernelSize(Call call) {
    Shape kernel = call.input(1).type().shape();
    return new Size2d(kernel.size(0), kernel.size(1));
  }

  private static List<Integer> sizes(Size2d size) {
    return List.of(size.height(), size.width());
  }

  /** What moves over images. */
  private record Window(Size2d size, Size2d strides, Padding padding, Size2d dilation) {
    /** Returns the padding of images of a shape: top, left, bottom, right. */
    List<Integer> pads(Shape images) {
      int height = (size.height() - 1) * dilation.height() + 1;
      int width = (size.width() - 1) * dilation.width() + 1;
      return List.of(
          padding.before(images.size(1), height, strides.height()),
          padding.before(images.size(2), width, strides.width()),
          padding.after(images.size(1), height, strides.height()),
          padding.after(images.size(2), width, strides.width()));
    }
  }
}
