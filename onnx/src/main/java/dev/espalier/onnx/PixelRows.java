package dev.espalier.onnx;

import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Op;
import dev.espalier.graph.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Images of few channels as images of one channel in which the channels of a pixel stand beside
 * each other, {@code [batch, 1, height, width * channels]}. That is the order that pixels come in,
 * so nothing is transposed, a number for each channel is as long as a row instead of three, and a
 * convolution becomes one with a kernel as many times as wide. Factors are not multiplied but kept,
 * because the kernel can have them. Immutable.
 */
final class PixelRows {
  /** ONNX Runtime takes images of fewer channels than it computes at once in this order. */
  private static final int MOST_CHANNELS = 4;

  private final String name;
  private final Shape shape;
  private final double[] scale;

  /**
   * Names images.
   *
   * @param shape in the program
   * @param scale for each channel what the elements have yet to be multiplied by
   */
  private PixelRows(String name, Shape shape, double[] scale) {
    this.name = name;
    this.shape = shape;
    this.scale = scale;
  }

  /** Returns pixels in single precision, or null if they are not to be taken in rows. */
  static @Nullable Value cast(Op.Cast op, Call call) {
    Value pixels = call.input(0);
    Shape shape = pixels.type().shape();
    if (!call.file().hasFixedBatch()
        || op.dataType() != DataType.FLOAT32
        || pixels.type().dataType() != DataType.UINT8
        || pixels.plain == null
        || shape.rank() != 4
        || shape.sizes().subList(1, 4).stream().anyMatch(size -> size < 1)
        || shape.size(3) > MOST_CHANNELS) {
      return null;
    }
    OnnxNode rows =
        call.node(
            "Reshape",
            pixels.plain,
            call.sizes(List.of(-1, 1, shape.size(1), shape.size(2) * shape.size(3))));
    String name = call.node("Cast", rows.output()).with("to", ElementType.FLOAT.number()).output();
    double[] ones = new double[shape.size(3)];
    Arrays.fill(ones, 1);
    return value(call, new PixelRows(name, shape, ones));
  }

  /**
   * Returns what a function makes of rows and of a number for all elements or for each channel, or
   * null if the arguments are something else.
   */
  static @Nullable Value binary(Op.Binary op, Call call) {
    PixelRows rows = call.input(0).rows;
    HostArray constant = call.input(1).constant();
    if (rows == null || constant == null) {
      return null;
    }
    double[] numbers = rows.forChannels(constant);
    if (numbers == null) {
      return null;
    }
    PixelRows result =
        switch (op.function()) {
          case MULTIPLY -> rows.scaled(numbers);
          case ADD -> rows.moved(call, "Add", numbers);
          case SUBTRACT -> rows.moved(call, "Sub", numbers);
          case DIVIDE, MAXIMUM, MINIMUM, POWER -> null;
        };
    return result == null ? null : value(call, result);
  }

  private static Value value(Call call, PixelRows rows) {
    return Value.rows(call.type(), rows);
  }

  /** Returns a number for each channel, or null if an array has others. */
  private double @Nullable [] forChannels(HostArray array) {
    int channels = shape.size(3);
    Shape sizes = array.shape();
    boolean each =
        sizes.rank() >= 1
            && sizes.rank() <= 4
            && sizes.size(-1) == channels
            && array.elementCount() == channels;
    if (array.dataType() != DataType.FLOAT32 || !(each || sizes.rank() == 0)) {
      return null;
    }
    double[] numbers = new double[channels];
    for (int i = 0; i < channels; i++) {
      numbers[i] = array.at(each ? i : 0);
    }
    return numbers;
  }

  private @Nullable PixelRows scaled(double[] factors) {
    double[] product = new double[scale.length];
    for (int i = 0; i < scale.length; i++) {
      product[i] = scale[i] * factors[i];
      double magnitude = Math.abs(product[i]);
      if (!(magnitude >= Float.MIN_NORMAL && magnitude <= Float.MAX_VALUE)) {
        return null; // nothing can be added before such a factor
      }
    }
    return new PixelRows(name, shape, product);
  }

  private PixelRows moved(Call call, String operation, double[] numbers) {
    double[] before = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      before[i] = numbers[i] / scale[i];
    }
    return new PixelRows(call.node(operation, name, row(call, before)).output(), shape, scale);
  }

  /** Returns the name of a constant row with a number for each channel. */
  private String row(Call call, double[] numbers) {
    float[] row = new float[shape.size(2) * numbers.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) numbers[i % numbers.length];
    }
    return call.file()
        .constant(call.scope() + "/row", HostArray.wrap(Shape.of(1, 1, 1, row.length), row));
  }

  /** Returns the name of the images in the order of the program. */
  String plain(Call call) {
    boolean multiplied = Arrays.stream(scale).allMatch(factor -> factor == 1);
    String rows = multiplied ? name : call.node("Mul", name, row(call, scale)).output();
    return call.node(
            "Reshape", rows, call.sizes(List.of(-1, shape.size(1), shape.size(2), shape.size(3))))
        .output();
  }

  /** Returns the name of the images of one channel. */
  String name() {
    return name;
  }

  /** Returns how many elements a pixel has. */
  int channels() {
    return scale.length;
  }

  /**
   * Returns the name of a kernel for the images of one channel.
   *
   * @param kernel {@code [height, width, channels, filters]}
   */
  String kernel(Call call, HostArray kernel) {
    Shape sizes = kernel.shape();
    int height = sizes.size(0);
    int width = sizes.size(1) * scale.length;
    int filters = sizes.size(3);
    float[] values = new float[filters * height * width];
    for (int filter = 0; filter < filters; filter++) {
      for (int i = 0; i < height * width; i++) {
        values[filter * height * width + i] =
            (float) (kernel.at(i * filters + filter) * scale[i % scale.length]);
      }
    }
    return call.file()
        .constant(
            call.scope() + "/kernel", HostArray.wrap(Shape.of(filters, 1, height, width), values));
  }
}
