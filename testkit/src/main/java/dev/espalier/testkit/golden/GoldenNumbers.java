package dev.espalier.testkit.golden;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Weights, images and labels by formula, as used to compute golden values. */
public final class GoldenNumbers {
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};
  private static final int CELLS = 4;
  private static final int CHANNELS = 3;

  private GoldenNumbers() {}

  /** Returns values from 0 inclusive to 1 exclusive that depend only on {@code key}. */
  public static double[] uniform(String key, int count) {
    long hash = 0xcbf29ce484222325L;
    for (byte value : key.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (value & 0xff)) * 0x100000001b3L;
    }
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      long z = hash + (i + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z = z ^ (z >>> 31);
      numbers[i] = (z >>> 40) * 0x1.0p-24;
    }
    return numbers;
  }

  /** Returns the weights of all variables of a model. */
  public static Weights weights(Model model) {
    Map<String, HostArray> arrays = new LinkedHashMap<>();
    for (Variable variable : model.variables()) {
      int slash = variable.name().lastIndexOf('/');
      String layer = variable.name().substring(0, slash);
      arrays.put(
          variable.name(), weight(layer, variable.name().substring(slash + 1), variable.type()));
    }
    return Weights.of(arrays);
  }

  /** Returns the value of a variable, such as {@code kernel} of {@code stem_conv}. */
  public static HostArray weight(String layer, String variable, TensorType type) {
    Shape shape = type.shape();
    if (type.dataType() == DataType.INT32) {
      return HostArray.filled(type, 0); // The counter of a normalization.
    }
    int count = Math.toIntExact(shape.elementCount());
    float[] values = new float[count];
    switch (variable) {
      case "mean" -> fill(values, MEAN);
      case "variance" ->
          fill(
              values, DoubleStream.of(DEVIATION).map(deviation -> deviation * deviation).toArray());
      default -> {
        // Models have millions of weights: what holds for a whole variable is computed once.
        double middle = middle(layer, variable);
        double reach = reach(layer, variable, shape);
        double[] uniform = uniform(layer + "/" + variable, count);
        for (int i = 0; i < count; i++) {
          values[i] = (float) (middle + reach * (2 * uniform[i] - 1));
        }
      }
    }
    return HostArray.wrap(shape, values);
  }

  private static void fill(float[] values, double[] numbers) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) numbers[i];
    }
  }

  private static double middle(String layer, String variable) {
    return switch (variable) {
      case "gamma" -> gammaFactor(layer);
      case "moving_variance" -> 1;
      default -> 0;
    };
  }

  /** Returns how far the weights of a variable are from their middle at most. */
  private static double reach(String layer, String variable, Shape shape) {
    return switch (variable) {
      case "kernel" -> Math.sqrt(8.0 / fan(shape));
      case "gamma" -> 0.2 * gammaFactor(layer);
      case "moving_variance" -> 0.4;
      case "beta", "moving_mean", "bias" -> 0.05;
      default -> throw new IllegalArgumentException(layer + "/" + variable);
    };
  }

  private static double gammaFactor(String layer) {
    return isLateProjection(layer) ? 0.25 : 1;
  }

  private static double fan(Shape shape) {
    boolean depthwise = shape.rank() == 4 && shape.size(3) == 1;
    if (depthwise) {
      return (double) shape.size(0) * shape.size(1);
    }
    double fan = 1;
    for (int axis = 0; axis < shape.rank() - 1; axis++) {
      fan *= shape.size(axis);
    }
    return fan;
  }

  /** Later blocks of a stage add to their input; small factors keep the sum from growing. */
  private static boolean isLateProjection(String layer) {
    return layer.startsWith("block") && layer.endsWith("_project_bn") && layer.charAt(6) != 'a';
  }

  /** Returns uint8 color images {@code [count, height, width, 3]}. */
  public static HostArray images(String key, int count, int height, int width) {
    double[] grid = uniform(key + "/grid", count * CELLS * CELLS * CHANNELS);
    byte[] pixels = new byte[count * height * width * CHANNELS];
    double[] noise = uniform(key + "/noise", pixels.length);
    int position = 0;
    for (int image = 0; image < count; image++) {
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          int cell = (image * CELLS + row * CELLS / height) * CELLS + column * CELLS / width;
          for (int channel = 0; channel < CHANNELS; channel++) {
            pixels[position] =
                (byte)
                    ((int) (192 * grid[cell * CHANNELS + channel]) + (int) (64 * noise[position]));
            position++;
          }
        }
      }
    }
    return HostArray.wrapBytes(Shape.of(count, height, width, CHANNELS), pixels);
  }

  /** Returns class indices from 0 to {@code classes - 1}, int32 {@code [count]}. */
  public static HostArray labels(String key, int count, int classes) {
    double[] uniform = uniform(key, count);
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (int) (classes * uniform[i]);
    }
    return HostArray.wrapInts(Shape.of(count), labels);
  }
}
