package dev.espalier.onnx;

import com.google.protobuf.CodedOutputStream;
import dev.espalier.core.EspalierVersion;
import dev.espalier.core.InferenceProgram;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program in ONNX. Inputs and outputs have the names, types and order of axes of the program.
 * Immutable.
 */
public final class OnnxProgram {
  /** The version of ONNX' operators that files are written in. */
  public static final int OPERATOR_SET = 21;

  /** The version of the format that came with {@link #OPERATOR_SET}. */
  private static final int FORMAT = 10;

  /** What stands behind the name of a layer. */
  private static final Pattern KIND = Pattern.compile(" \\([^)]*\\)");

  private final Message message;
  private final boolean repeatingFactors;

  private OnnxProgram(Message message, boolean repeatingFactors) {
    this.message = message;
    this.repeatingFactors = repeatingFactors;
  }

  /**
   * Returns a program in ONNX.
   *
   * @param variables returns the value of a variable, which becomes a constant of the file; a
   *     variable without a value becomes an input, see {@link #variableInput}
   * @throws EspalierException {@link ErrorCode#NOT_EXPORTABLE} if the program contains an operation
   *     that ONNX cannot express, or if the file would exceed 2 GB
   */
  public static OnnxProgram of(
      Program program, Function<? super Variable, ? extends @Nullable HostArray> variables) {
    return of(program, variables, Shape.UNKNOWN);
  }

  /**
   * Returns a program in ONNX for batches of one size. All shapes are then known, and ONNX Runtime
   * computes more operations in the layout of its convolutions.
   *
   * @param variables as in {@link #of(Program, Function)}
   * @param samples size of the batch, or {@link Shape#UNKNOWN} for any
   * @throws EspalierException as {@link #of(Program, Function)}
   */
  public static OnnxProgram of(
      Program program,
      Function<? super Variable, ? extends @Nullable HostArray> variables,
      int samples) {
    return of(program, variables, OnnxOptions.defaults(), "", samples);
  }

  /**
   * Returns a program in ONNX whose images are as the options say.
   *
   * @param images name of the input that they are about
   */
  static OnnxProgram of(
      Program program,
      Function<? super Variable, ? extends @Nullable HostArray> variables,
      OnnxOptions options,
      String images) {
    return of(program, variables, options, images, Shape.UNKNOWN);
  }

  private static OnnxProgram of(
      Program program,
      Function<? super Variable, ? extends @Nullable HostArray> variables,
      OnnxOptions options,
      String images,
      int samples) {
    Translation translation = new Translation(program, variables, options, images, samples);
    Message graph = translation.run();
    Message message =
        new Message()
            .number(1, FORMAT)
            .text(2, "Espalier")
            .text(3, EspalierVersion.current())
            .message(7, graph)
            .message(8, new Message().text(1, "").number(2, OPERATOR_SET));
    options
        .metadata()
        .forEach((key, value) -> message.message(14, new Message().text(1, key).text(2, value)));
    if (message.size() > Integer.MAX_VALUE) {
      throw new EspalierException(
          ErrorCode.NOT_EXPORTABLE,
          "The ONNX file would have "
              + message.size()
              + " bytes; the format allows "
              + Integer.MAX_VALUE
              + ".",
          "Store the weights in half precision (float16), or export a smaller model.");
    }
    return new OnnxProgram(message, translation.file.isRepeatingFactors());
  }

  /** Returns the tensors of a program whose ranges a quantization needs, in their order. */
  static List<Tensor> quantizable(
      Program program, Function<? super Variable, ? extends @Nullable HostArray> variables) {
    Translation translation =
        new Translation(
            program, variables, OnnxOptions.defaults(), InferenceProgram.IMAGE, Shape.UNKNOWN);
    translation.translate();
    Map<String, Tensor> names = translation.names();
    return QuantizedGraph.tensors(translation.file).stream()
        .flatMap(name -> Stream.ofNullable(names.get(name)))
        .distinct()
        .toList();
  }

  /** Returns the name of the input for a variable that has no value in the file. */
  public static String variableInput(Variable variable) {
    return "variable/" + variable.name();
  }

  /** Returns the name of the output for the new value of a variable that the program updates. */
  public static String variableOutput(Variable variable) {
    return "update/" + variable.name();
  }

  /**
   * Returns whether the program multiplies images by a factor for each channel, which a file for
   * batches of one size repeats for each pixel.
   */
  public boolean isRepeatingFactors() {
    return repeatingFactors;
  }

  /** Returns the size of the file in bytes. */
  public int size() {
    return Math.toIntExact(message.size());
  }

  /** Returns the bytes of the file. */
  public byte[] toBytes() {
    byte[] bytes = new byte[size()];
    try {
      CodedOutputStream stream = CodedOutputStream.newInstance(bytes);
      message.writeTo(stream);
      stream.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("an array refused bytes", e);
    }
    return bytes;
  }

  /** Writes the file. */
  public void writeTo(OutputStream stream) throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(stream);
    message.writeTo(coded);
    coded.flush();
  }

  /** Translates one program, once. */
  private static final class Translation {
    private final Program program;
    private final Function<? super Variable, ? extends @Nullable HostArray> variables;
    private final OnnxOptions options;
    private final String images;
    private final GraphFile file;
    private final Map<Tensor, Value> values = new HashMap<>();
    private final Map<Tensor, Integer> uses = new HashMap<>();
    private final Map<String, Value> inputs = new LinkedHashMap<>();
    private final Map<Variable, Value> read = new HashMap<>();

    Translation(
        Program program,
        Function<? super Variable, ? extends @Nullable HostArray> variables,
        OnnxOptions options,
        String images,
        int samples) {
      this.program = program;
      this.variables = variables;
      this.options = options;
      this.images = images;
      this.file = new GraphFile(options.weights() == OnnxWeights.FLOAT16, samples);
    }

    Message run() {
      translate();
      Quantization quantization = options.quantization();
      if (quantization != null) {
        Map<String, Tensor> names = names();
        QuantizedGraph.quantize(
            file,
            name -> {
              Tensor tensor = names.get(name);
              return tensor == null ? null : quantization.range(program, tensor);
            });
      }
      return file.toMessage(program.name());
    }

    /** Returns the floating-point tensors of the program by their names in the file. */
    Map<String, Tensor> names() {
      Map<String, Tensor> names = new HashMap<>();
      for (Node node : program.graph().nodes()) {
        for (Tensor tensor : node.outputs()) {
          Value value = value(tensor);
          if (value.constant() == null && tensor.dataType() == DataType.FLOAT32) {
            // Of two tensors with one name, such as a convolution without and with its bias, the
            // later one is what the file computes.
            Stream.of(Optional.ofNullable(value.plain), Optional.ofNullable(value.channelsFirst))
                .flatMap(Optional::stream)
                .forEach(name -> names.put(name, tensor));
          }
        }
      }
      return names;
    }

    private void translate() {
      for (Node node : program.graph().nodes()) {
        node.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
      }
      program.outputs().forEach(output -> use(output.name(), output.tensor()));
      program.updates().forEach(one -> use(variableOutput(one.variable()), one.value()));
      program.inputs().keySet().forEach(file::reserve);
      for (Node node : program.graph().nodes()) {
        List<Value> outputs = export(node);
        for (int i = 0; i < outputs.size(); i++) {
          values.put(node.outputs().get(i), outputs.get(i));
        }
      }
      program.outputs().forEach(output -> give(output.name(), output.tensor()));
      program.updates().forEach(one -> give(variableOutput(one.variable()), one.value()));
    }

    private void use(String output, Tensor tensor) {
      uses.merge(tensor, 1, Integer::sum);
      file.reserve(output);
    }

    private void give(String name, Tensor tensor) {
      Value value = value(tensor);
      // The name of the output, to tell where a last transposition belongs.
      Call call = new Call(file, name, new Op.StopGradient(), List.of(value), false);
      file.addOutput(name, tensor.type(), call.plain(value));
    }

    private Value value(Tensor tensor) {
      Value value = values.get(tensor);
      if (value == null) {
        throw new IllegalStateException("The graph uses " + tensor + " before it is computed.");
      }
      return value;
    }

    private List<Value> export(Node node) {
      if (node.op() instanceof Op.Input input) {
        return List.of(inputs.computeIfAbsent(input.name(), name -> input(input)));
      }
      if (node.op() instanceof Op.ReadVariable variable) {
        return List.of(read.computeIfAbsent(variable.variable(), this::variable));
      }
      boolean onlyUse =
          node.inputs().stream().limit(1).allMatch(input -> uses.getOrDefault(input, 0) == 1);
      List<Value> arguments = node.inputs().stream().map(this::value).toList();
      String scope = KIND.matcher(node.scope()).replaceAll("");
      List<Value> outputs = new Call(file, scope, node.op(), arguments, onlyUse).export(node.op());
      if (!onlyUse && outputs.get(0) == arguments.get(0)) {
        outputs.get(0).producer = null; // two tensors are this value: the uses of neither are all
      }
      return outputs;
    }

    private Value input(Op.Input input) {
      TensorType type = input.type();
      if (!input.name().equals(images) || options.input() == OnnxInput.UINT8) {
        file.addInput(input.name(), type);
        return Value.plain(type, input.name());
      }
      TensorType floats = type.withDataType(DataType.FLOAT32);
      TensorType channelsFirst =
          floats.withShape(Shape.of(Call.channelsFirst(type.shape().sizes())));
      file.addInput(input.name(), channelsFirst);
      return Value.channelsFirst(floats, input.name());
    }

    private Value variable(Variable variable) {
      HostArray known = variables.apply(variable);
      if (known != null) {
        return Value.constant(known, variable.name());
      }
      String name = variableInput(variable);
      file.addInput(name, variable.type());
      return Value.plain(variable.type(), name);
    }
  }
}
