package dev.espalier.testkit.model;

import dev.espalier.activation.Activation;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Padding;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Size2d;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.initializer.Initializers;
import dev.espalier.layer.ActivationLayer;
import dev.espalier.layer.CallContext;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.layer.preprocessing.Rescaling;
import dev.espalier.model.Model;
import dev.espalier.model.Sequential;
import dev.espalier.model.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What tests of export formats need: a model that none can know, and what an engine makes of it.
 */
public final class ExportedModel {
  private ExportedModel() {}

  /**
   * The attention of the plugin in {@code examples/plugin}: a layer of a third party, which a
   * format can export only because it is made of primitives.
   */
  private record Attention(int neighbours) implements Layer {
    @Override
    public Tensor call(CallContext context, Tensor... inputs) {
      Ops ops = context.ops();
      Tensor images = inputs[0];
      int batch = images.shape().size(0);
      int channels = images.shape().size(-1);
      Tensor kernel =
          context.weight("kernel", Shape.of(neighbours, 1, 1, 1), Initializers.glorotUniform());
      Tensor means = ops.reduce(Op.Reduction.MEAN, images, false, 1, 2);
      Tensor rows = ops.reshape(means, Shape.of(batch, channels, 1, 1));
      Size2d one = Size2d.square(1);
      Tensor mixed = ops.conv2d(rows, kernel, one, Padding.SAME, one);
      return ops.multiply(images, ops.sigmoid(ops.reshape(mixed, Shape.of(batch, 1, 1, channels))));
    }
  }

  /**
   * Returns a model with a layer of a third party, without weights. It takes images of 32x32 pixels
   * and gives five logits.
   */
  public static Model withUnknownLayer() {
    return Sequential.of(
        Input.image(32, 32, 3),
        Rescaling.of(1 / 255.0),
        Conv2D.of(8, 3).strides(2).padding(Padding.SAME).named("first"),
        new Attention(3).named("attention"),
        ActivationLayer.of(Activation.SWISH),
        GlobalAveragePooling2D.create(),
        Dense.of(5).named("predictions"));
  }

  /**
   * Returns what a program gives on the processor.
   *
   * @param weights values of all variables of the program
   * @param inputs values of all inputs of the program, by name
   */
  public static Map<String, HostArray> run(
      Engine engine, Program program, Weights weights, Map<String, HostArray> inputs) {
    Map<Variable, HostArray> variables = new LinkedHashMap<>();
    program.variables().forEach(v -> variables.put(v, weights.get(v.name())));
    try (Session session = engine.openSession(Device.cpu());
        Executable executable = session.compile(program)) {
      session.write(variables);
      return executable.run(inputs);
    }
  }

  /**
   * Returns the largest difference between two arrays, relative to the standard deviation of the
   * expected values; infinite if their types differ.
   */
  public static double difference(HostArray actual, HostArray expected) {
    if (!actual.type().equals(expected.type())) {
      return Double.POSITIVE_INFINITY;
    }
    int count = expected.elementCount();
    double mean = IntStream.range(0, count).mapToDouble(expected::at).average().orElseThrow();
    double variance =
        IntStream.range(0, count)
            .mapToDouble(i -> Math.pow(expected.at(i) - mean, 2))
            .average()
            .orElseThrow();
    return IntStream.range(0, count)
            .mapToDouble(i -> Math.abs(actual.at(i) - expected.at(i)))
            .max()
            .orElseThrow()
        / Math.sqrt(variance);
  }
}
