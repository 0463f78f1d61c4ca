package dev.espalier.onnx;

import dev.espalier.core.InferenceProgram;
import dev.espalier.core.ModelExport;
import dev.espalier.data.Image;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.model.Model;
import dev.espalier.plugin.ExportRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of what goes into the convolutions and matrix products of a model, and of what comes
 * out of the convolutions: what it takes to compute them with integers of 8 bits (static
 * quantization). Immutable.
 *
 * <p>A value x of such a tensor becomes round(x / scale) + zero point, from 0 to 255, where scale
 * and zero point are those of its range. A kernel becomes integers from -127 to 127 with a scale
 * for each output channel.
 */
public final class Quantization {
  private static final String OUTPUT = "range-";

  private final Map<Integer, Range> ranges;
  private final int tensors;

  private Quantization(Map<Integer, Range> ranges, int tensors) {
    this.ranges = Map.copyOf(ranges);
    this.tensors = tensors;
  }

  /** The smallest and largest value of a tensor; both are 0 if it has only zeros. */
  record Range(float smallest, float largest) {
    Range with(HostArray values) {
      float low = smallest;
      float high = largest;
      for (float value : values.toFloats()) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      return new Range(low, high);
    }

    /** Zero has an exact code, because padding is made of it. */
    float scale() {
      return largest == smallest ? 1 : (largest - smallest) / 255;
    }

    int zeroPoint() {
      return Math.round(-smallest / scale());
    }
  }

  /**
   * Finds the ranges with images such as those that the model was trained on; some hundreds are
   * enough.
   *
   * @param images of any size; read once, one after the other
   * @param engine computes the model; closed by the caller
   * @throws EspalierException {@code INVALID_ARGUMENT} if there are no images, or a value is not
   *     finite; {@code INVALID_IMAGE} if an image has other channels than the model takes; {@code
   *     MISSING_WEIGHTS} if a variable has no value; {@code INVALID_MODEL} if the model takes no
   *     images, or takes more than an image
   */
  public static Quantization calibrate(Model model, Stream<Image> images, Engine engine) {
    ExportRequest request = ModelExport.of(model).request();
    Program program = request.program();
    if (program.inputs().size() > 1) {
      throw new EspalierException(
          ErrorCode.INVALID_MODEL,
          "The model \"" + model.name() + "\" takes more than an image.",
          "Export it without quantization.");
    }
    Map<Variable, HostArray> values = new HashMap<>();
    program.variables().forEach(one -> values.put(one, request.value(one)));
    List<Tensor> tensors = OnnxProgram.quantizable(program, values::get);
    if (tensors.isEmpty()) {
      return new Quantization(Map.of(), program.graph().nodes().size());
    }
    List<Program.Output> outputs = new ArrayList<>();
    for (Tensor tensor : tensors) {
      outputs.add(new Program.Output(OUTPUT + tensor.id(), tensor));
    }
    Program measured = new Program("calibrate", program.graph(), outputs, List.of());
    Map<Integer, Range> ranges = new HashMap<>();
    try (Session session = engine.openSession(engine.devices().get(0))) {
      session.write(values);
      try (Executable executable = session.compile(measured)) {
        Iterator<Image> rest = images.iterator();
        while (rest.hasNext()) {
          Map<String, HostArray> results =
              executable.run(Map.of(InferenceProgram.IMAGE, fed(model, program, rest.next())));
          for (Tensor tensor : tensors) {
            HostArray result = Objects.requireNonNull(results.get(OUTPUT + tensor.id()));
            ranges.merge(
                tensor.id(),
                new Range(0, 0).with(result),
                (known, added) ->
                    new Range(
                        Math.min(known.smallest, added.smallest),
                        Math.max(known.largest, added.largest)));
          }
        }
      }
    }
    requireFinite(model, ranges);
    return new Quantization(ranges, program.graph().nodes().size());
  }

  private static HostArray fed(Model model, Program program, Image image) {
    Shape shape = Objects.requireNonNull(program.inputs().get(InferenceProgram.IMAGE)).shape();
    if (image.channels() != shape.size(3)) {
      throw new EspalierException(
          ErrorCode.INVALID_IMAGE,
          "The image has "
              + image.channels()
              + " channels; the model \""
              + model.name()
              + "\" takes "
              + shape.size(3)
              + ".",
          "Calibrate with images such as the model was trained on.");
    }
    Image resized = model.inferenceSettings().resize(image, shape.size(1), shape.size(2));
    byte[] pixels = new byte[shape.size(1) * shape.size(2) * shape.size(3)];
    resized.copyTo(pixels, 0);
    return HostArray.wrapBytes(shape.with(0, 1), pixels);
  }

  private static void requireFinite(Model model, Map<Integer, Range> ranges) {
    if (ranges.isEmpty()) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "There are no images to calibrate the model \"" + model.name() + "\" with.",
          "Give some hundreds, such as those that it was trained on.");
    }
    for (Range range : ranges.values()) {
      if (!Float.isFinite(range.largest - range.smallest)) {
        throw new EspalierException(
            ErrorCode.INVALID_ARGUMENT,
            "The model \"" + model.name() + "\" computes values that are not finite.",
            "Train it again; such a model has learned nothing.");
      }
    }
  }

  /**
   * Returns the range of a tensor of a program, or null if it is not known.
   *
   * @throws EspalierException {@code INVALID_ARGUMENT} if the program is that of another model
   */
  @Nullable Range range(Program program, Tensor tensor) {
    if (program.graph().nodes().size() != tensors) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "The quantization was made for another model.",
          "Call Quantization.calibrate with the model that is exported.");
    }
    return ranges.get(tensor.id());
  }
}
