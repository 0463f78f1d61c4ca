package dev.espalier.onnx;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.onnx.Quantization.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts pairs of QuantizeLinear and DequantizeLinear around the convolutions and matrix products of
 * a file. Runtimes that know this form compute what stands between them with integers; the others
 * get the same values, rounded.
 */
final class QuantizedGraph {
  private static final Set<String> ACTIVATIONS = Set.of("Relu", "Clip");
  private static final int LARGEST_WEIGHT = 127;

  private final GraphFile file;
  private final Function<String, @Nullable Range> ranges;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, Scaled> dequantized = new HashMap<>();
  private final Map<String, String> replaced = new HashMap<>();
  private final Map<String, Long> uses;

  /** A tensor that was rounded to integers: its name after that, and the scale. */
  private record Scaled(String name, float scale) {}

  /** Weights as integers, and the scale of each output channel. */
  private record ScaledWeights(String name, List<Float> scales) {}

  private QuantizedGraph(GraphFile file, Function<String, @Nullable Range> ranges) {
    this.file = file;
    this.ranges = ranges;
    this.uses =
        file.nodes().stream()
            .flatMap(node -> node.inputs().stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  /**
   * Changes a complete file.
   *
   * @param ranges returns the range of a tensor by its name, or null if it stays as it is
   */
  static void quantize(GraphFile file, Function<String, @Nullable Range> ranges) {
    QuantizedGraph graph = new QuantizedGraph(file, ranges);
    file.nodes().forEach(graph::add);
    file.replaceNodes(graph.nodes);
  }

  /** Returns the names of the tensors of a complete file whose ranges are asked for. */
  static List<String> tensors(GraphFile file) {
    QuantizedGraph graph = new QuantizedGraph(file, name -> null);
    List<String> names = new ArrayList<>();
    for (OnnxNode node : file.nodes()) {
      if (graph.weights(node) != null) {
        names.add(node.inputs().get(0));
      }
      if (graph.isResult(node)) {
        names.add(node.output());
      }
    }
    return names;
  }

  private void add(OnnxNode node) {
    node.inputs().replaceAll(input -> replaced.getOrDefault(input, input));
    HostArray weights = weights(node);
    if (weights != null) {
      Scaled images = dequantized(node.inputs().get(0));
      if (images != null) {
        quantizeInputs(node, images, weights);
      }
    }
    nodes.add(node);
    if (isResult(node) && !file.isOutput(node.output())) {
      Scaled result = dequantized(node.output());
      if (result != null) {
        replaced.put(node.output(), result.name());
      }
    }
  }

  private void quantizeInputs(OnnxNode node, Scaled images, HostArray weights) {
    node.inputs().set(0, images.name());
    int axis = node.type().equals("Conv") ? 0 : 1;
    ScaledWeights scaled = weights(node.inputs().get(1), weights, axis);
    node.inputs().set(1, scaled.name());
    if (node.inputs().size() > 2) {
      String bias = node.inputs().get(2);
      HostArray values = file.array(bias);
      if (values != null) {
        node.inputs().set(2, bias(bias, values, images.scale(), scaled.scales()));
      }
    }
  }

  /** Returns the weights of what can be quantized, or null. */
  private @Nullable HostArray weights(OnnxNode node) {
    boolean convolution = node.type().equals("Conv");
    HostArray weights =
        convolution || node.type().equals("MatMul") ? file.array(node.inputs().get(1)) : null;
    return weights != null && weights.shape().rank() == (convolution ? 4 : 2) ? weights : null;
  }

  /** A convolution, or the activation of one that nothing else uses: runtimes join the two. */
  private boolean isResult(OnnxNode node) {
    if (ACTIVATIONS.contains(node.type())) {
      OnnxNode before = file.node(node.inputs().get(0));
      return before != null && isConvolution(before) && usedOnce(before);
    }
    if (!isConvolution(node)) {
      return false;
    }
    return !usedOnce(node)
        || file.nodes().stream()
            .noneMatch(
                next ->
                    ACTIVATIONS.contains(next.type())
                        && next.inputs().get(0).equals(node.output()));
  }

  private boolean isConvolution(OnnxNode node) {
    return node.type().equals("Conv") && weights(node) != null;
  }

  private boolean usedOnce(OnnxNode node) {
    return uses.getOrDefault(node.output(), 0L) == 1;
  }

  private @Nullable Scaled dequantized(String name) {
    Scaled known = dequantized.get(name);
    if (known != null) {
      return known;
    }
    Range range = ranges.apply(name);
    if (range == null) {
      return null;
    }
    String scale = file.constant(name + "/scale", HostArray.scalar(range.scale()));
    String zero =
        file.constant(
            name + "/zero_point",
            StoredTensor.ofBytes(
                ElementType.UINT8, List.of(), new byte[] {(byte) range.zeroPoint()}));
    OnnxNode integers = node("QuantizeLinear", name, List.of(name, scale, zero));
    Scaled scaled =
        new Scaled(
            node("DequantizeLinear", name, List.of(integers.output(), scale, zero)).output(),
            range.scale());
    dequantized.put(name, scaled);
    dequantized.put(scaled.name(), scaled);
    return scaled;
  }

  private OnnxNode node(String type, String scope, List<String> takes) {
    OnnxNode node = new OnnxNode(type, takes, file.unique(scope + "/" + type));
    nodes.add(node);
    return node;
  }

  private ScaledWeights weights(String name, HostArray weights, int axis) {
    Shape shape = weights.shape();
    int channels = shape.size(axis);
    float[] values = weights.toFloats();
    int step = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      step *= shape.size(i);
    }
    float[] scales = new float[channels];
    for (int i = 0; i < values.length; i++) {
      int channel = i / step % channels;
      scales[channel] = Math.max(scales[channel], Math.abs(values[i]) / LARGEST_WEIGHT);
    }
    for (int channel = 0; channel < channels; channel++) {
      scales[channel] = scales[channel] == 0 ? 1 : scales[channel]; // zeros have any scale
    }
    byte[] integers = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = (byte) Math.rint(values[i] / scales[i / step % channels]);
    }
    String stored =
        file.constant(
            name + "/quantized", StoredTensor.ofBytes(ElementType.INT8, sizes(shape), integers));
    String zeros =
        file.constant(
            name + "/zero_point",
            StoredTensor.ofBytes(ElementType.INT8, List.of((long) channels), new byte[channels]));
    OnnxNode floats =
        node("DequantizeLinear", name, List.of(stored, scales(name, scales), zeros))
            .with("axis", (long) axis);
    return new ScaledWeights(
        floats.output(), IntStream.range(0, channels).mapToObj(i -> scales[i]).toList());
  }

  private String scales(String name, float[] scales) {
    return file.constant(name + "/scale", HostArray.wrap(Shape.of(scales.length), scales));
  }

  /** Biases are added to the sums of products, and so have the product of both scales. */
  private String bias(String name, HostArray bias, float scale, List<Float> weightScales) {
    float[] values = bias.toFloats();
    int[] integers = new int[values.length];
    float[] scales = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scales[i] = scale * weightScales.get(i);
      integers[i] = (int) Math.max(-1e9, Math.min(1e9, Math.rint(values[i] / (double) scales[i])));
    }
    String stored = file.constant(name + "/quantized", HostArray.wrapInts(bias.shape(), integers));
    return node("DequantizeLinear", name, List.of(stored, scales(name, scales)))
        .with("axis", 0L)
        .output();
  }

  private static List<Long> sizes(Shape shape) {
    return shape.sizes().stream().map(Integer::longValue).toList();
  }
}
