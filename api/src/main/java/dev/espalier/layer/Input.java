package dev.espalier.layer;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.internal.ArgumentChecks;
import java.util.List;

/**
 * Input of a model, float32 or int32 {@code [batch, ...]}. Images are float32 with values from 0 to
 * 255: the trainer feeds bytes and converts them in the graph, and models contain their own
 * rescaling. Indices, such as token ids for an {@link Embedding}, are int32: float32 cannot
 * represent every integer beyond 2^24. Immutable and thread-safe.
 *
 * @param sampleShape shape of one sample without the batch axis, such as {@code [height, width,
 *     channels]}
 * @param dataType float32, or int32 for indices
 */
public record Input(List<Integer> sampleShape, DataType dataType) implements Layer {
  /** Copies the list. */
  public Input {
    sampleShape = List.copyOf(sampleShape);
    ArgumentChecks.require(
        sampleShape.stream().allMatch(size -> size > 0),
        "shape of a sample",
        sampleShape,
        "Sizes are 1 or more, without the batch axis.");
    ArgumentChecks.require(
        dataType == DataType.FLOAT32 || dataType == DataType.INT32,
        "data type of an input",
        dataType,
        "Give float32, or int32 for indices.");
  }

  /** Creates an input for float32 samples, as in files that do not name the data type. */
  public Input(List<Integer> sampleShape) {
    this(sampleShape, DataType.FLOAT32);
  }

  /** Returns an input for images. */
  public static LayerOutput image(int height, int width, int channels) {
    return of(height, width, channels);
  }

  /** Returns an input for float32 samples of any shape. */
  public static LayerOutput of(int... sampleShape) {
    return of(DataType.FLOAT32, sampleShape);
  }

  /** Returns an input for samples of any shape and of float32 or int32 elements. */
  public static LayerOutput of(DataType dataType, int... sampleShape) {
    return new Input(Shape.of(sampleShape).sizes(), dataType).on();
  }

  /** Returns an input for float32 samples of any shape, with a name. */
  public static LayerOutput named(String name, int... sampleShape) {
    return named(name, DataType.FLOAT32, sampleShape);
  }

  /** Returns an input for samples of any shape and of float32 or int32 elements, with a name. */
  public static LayerOutput named(String name, DataType dataType, int... sampleShape) {
    return new Input(Shape.of(sampleShape).sizes(), dataType).named(name).on();
  }

  @Override
  public Tensor call(CallContext context, Tensor... inputs) {
    if (inputs.length == 0) {
      return context
          .ops()
          .input("sample", new TensorType(dataType, Shape.of(sampleShape).batched()));
    }
    throw new EspalierException(
        ErrorCode.INVALID_MODEL,
        "The input layer was connected to " + inputs.length + " other layers.",
        "An input layer must be at the start of a model.");
  }

  @Override
  public String typeName() {
    return "InputLayer";
  }
}
