package dev.espalier.engine.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.engine.slices.ProgramPart;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Node;
import dev.espalier.graph.Op;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.graph.internal.RowByRow;
import dev.espalier.onnx.OnnxProgram;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A program as an ONNX file that ONNX Runtime has read. Variables are constants of the file,
 * because ONNX Runtime then puts kernels into the order that it computes fastest in; one that the
 * program itself updates is an input. The file is made again if a constant has changed.
 */
final class PreparedProgram implements NativeProgram, ProgramPart {
  /** How long a thread waits in a loop: longer than what lies between most operators. */
  private static final String MICROSECONDS_BETWEEN_OPERATORS = "50";

  private static final Path TEMPORARY_FILES = Path.of(System.getProperty("java.io.tmpdir"));

  private final OnnxRuntimeSession session;
  private final Program program;
  private final int threads;
  private final int samples;
  private final Set<Variable> updated = new HashSet<>();
  private final List<Variable> fed;
  private final Map<String, TensorType> inputTypes;

  /** For each constant how often it had been written. */
  private final Map<Variable, Long> constants = new LinkedHashMap<>();

  /** How often any variable had been written when the constants were last compared. */
  private long writesSeen;

  /**
   * Memory of the inputs for as many threads as run the program, kept from run to run: only the
   * garbage collector frees it, which has little else to do in a process that classifies.
   */
  private final Queue<Map<String, ByteBuffer>> memory = new ConcurrentLinkedQueue<>();

  private @Nullable OrtSession prepared;

  /**
   * Creates a program that is prepared when it first runs.
   *
   * @param threads on which each operator is computed
   * @param samples size of all batches, or {@link Shape#UNKNOWN} for any
   */
  PreparedProgram(OnnxRuntimeSession session, Program program, int threads, int samples) {
    this.session = session;
    this.program = program;
    this.threads = threads;
    this.samples = samples;
    this.inputTypes = program.inputs();
    program.updates().forEach(update -> updated.add(update.variable()));
    this.fed =
        program.graph().nodes().stream()
            .map(Node::op)
            .filter(Op.ReadVariable.class::isInstance)
            .map(op -> ((Op.ReadVariable) op).variable())
            .filter(updated::contains)
            .distinct()
            .toList();
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    return run(inputs, 0, Integer.MAX_VALUE);
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs, int from, int to) {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    Map<String, ByteBuffer> free = memory.poll();
    Map<String, ByteBuffer> buffers = free == null ? new HashMap<>() : free;
    try {
      OrtSession current = prepared();
      for (Map.Entry<String, TensorType> input : inputTypes.entrySet()) {
        String name = input.getKey();
        HostArray array = Objects.requireNonNull(inputs.get(name));
        boolean some = RowByRow.isBatch(input.getValue().shape()) && to - from < samples(array);
        tensors.put(
            name, some ? samples(buffers, name, array, from, to) : tensor(buffers, name, array));
      }
      for (Variable variable : fed) {
        String name = OnnxProgram.variableInput(variable);
        tensors.put(name, tensor(buffers, name, session.value(variable)));
      }
      try (OrtSession.Result result = current.run(tensors)) {
        return outputs(result);
      }
    } catch (OrtException | OutOfMemoryError e) {
      throw Failures.run(program.name(), e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
      memory.add(buffers);
    }
  }

  private static int samples(HostArray array) {
    return array.shape().size(0);
  }

  private OnnxTensor samples(
      Map<String, ByteBuffer> buffers, String input, HostArray array, int from, int to)
      throws OrtException {
    int each = array.elementCount() / samples(array);
    return tensor(buffers, input, array, array.shape().with(0, to - from), from * each);
  }

  private OnnxTensor tensor(Map<String, ByteBuffer> buffers, String input, HostArray array)
      throws OrtException {
    return tensor(buffers, input, array, array.shape(), 0);
  }

  /** Returns a tensor of a shape with the elements of an array from {@code start} on. */
  private OnnxTensor tensor(
      Map<String, ByteBuffer> buffers, String input, HostArray array, Shape shape, int start)
      throws OrtException {
    int bytes = TensorTransfer.bytes(array.type().withShape(shape));
    ByteBuffer buffer = buffers.get(input);
    if (buffer == null || buffer.capacity() < bytes) {
      buffer = TensorTransfer.allocate(bytes);
      buffers.put(input, buffer);
    }
    return TensorTransfer.toTensor(session.environment(), array, shape, start, buffer);
  }

  private Map<String, HostArray> outputs(OrtSession.Result result) {
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    for (Program.Output output : program.outputs()) {
      outputs.put(output.name(), array(result, output.name(), output.tensor().type()));
    }
    Map<Variable, HostArray> updates = new LinkedHashMap<>();
    for (Program.Update update : program.updates()) {
      Variable variable = update.variable();
      updates.put(variable, array(result, OnnxProgram.variableOutput(variable), variable.type()));
    }
    if (!updates.isEmpty()) {
      session.update(updates);
    }
    return outputs;
  }

  private static HostArray array(OrtSession.Result result, String name, TensorType type) {
    OnnxValue value = result.get(name).orElseThrow();
    return TensorTransfer.toArray(type, (OnnxTensor) value);
  }

  /** Returns the program with the current values of variables. */
  private synchronized OrtSession prepared() throws OrtException {
    OrtSession current = prepared;
    if (current == null || changed()) {
      release();
      current = prepare();
      prepared = current;
    }
    return current;
  }

  private boolean changed() {
    if (session.writes().total() == writesSeen) {
      return false;
    }
    writesSeen = session.writes().total();
    return constants.entrySet().stream()
        .anyMatch(constant -> session.writes().of(constant.getKey()) != constant.getValue());
  }

  private OrtSession prepare() throws OrtException {
    OnnxProgram exported = OnnxProgram.of(program, this::constant, samples);
    byte[] file = exported.toBytes();
    OrtEnvironment environment = session.environment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setDeterministicCompute(true);
      // Threads that wait in a loop for longer take the processors from those that decode images,
      // and from other sessions. Between runs they never do.
      if (!session.spinning()) {
        options.addConfigEntry("session.intra_op.spin_duration_us", MICROSECONDS_BETWEEN_OPERATORS);
      }
      options.addConfigEntry("session.force_spinning_stop", "1");
      // Errors are thrown; printed as well, they would look like something else that failed.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      return samples == 1 && exported.isRepeatingFactors()
          ? ScaledChannels.open(environment, file, options, TEMPORARY_FILES)
          : environment.createSession(file, options);
    }
  }

  private @Nullable HostArray constant(Variable variable) {
    if (updated.contains(variable)) {
      return null;
    }
    constants.put(variable, session.writes().of(variable));
    return session.value(variable);
  }

  private synchronized void release() {
    OrtSession old = prepared;
    prepared = null;
    constants.clear();
    if (old != null) {
      try {
        old.close();
      } catch (OrtException e) {
        throw Failures.run(program.name(), e);
      }
    }
  }

  @Override
  public void close() {
    release();
    memory.clear();
  }
}
