package dev.espalier.testkit.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineOptions;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.DataType;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.TensorType;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Phase;
import dev.espalier.layer.RandomInput;
import dev.espalier.layer.Trace;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A model on an engine: its outputs for some inputs, and where wanted the gradients of a weighted
 * sum of them.
 */
final class ModelRun implements AutoCloseable {
  private static final String COEFFICIENTS = "coefficients";
  private static final RandomKey NUMBERS = RandomKey.ofSeed(6);

  private final Model model;
  private final Engine engine;
  private final Session session;
  private final Executable executable;
  private final List<String> inputs = new ArrayList<>();
  private final List<Variable> trained;
  private final List<RandomInput> random;
  private final Tensor output;
  private final boolean hasGradients;

  private ModelRun(EngineProvider provider, Model model, Phase phase, boolean hasGradients) {
    this.model = model;
    this.hasGradients = hasGradients;
    Ops ops = new Ops();
    Trace trace = new Trace(ops, phase);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < model.inputs().size(); i++) {
      inputs.add("x" + i);
      tensors.add(ops.input("x" + i, model.inputs().get(i).type()));
    }
    output = model.trace(trace, tensors).get(0);
    random = trace.randomInputs();
    trained = trace.variables().stream().filter(Variable::trainable).toList();
    List<Program.Output> outputs = new ArrayList<>();
    outputs.add(new Program.Output("y", output));
    if (hasGradients) {
      outputs.addAll(gradients(ops, tensors));
    }
    Program program = new Program("contract", ops.toGraph(), outputs, List.of());
    engine = provider.open(EngineOptions.defaults());
    session = engine.openSession(Device.cpu());
    executable = session.compile(program);
    write(model.weights());
  }

  /** Opens an engine and compiles the outputs of a model for a phase. */
  static ModelRun of(EngineProvider provider, Model model, Phase phase) {
    return new ModelRun(provider, model, phase, false);
  }

  /** Opens an engine and compiles the outputs and gradients of a model for training. */
  static ModelRun withGradients(EngineProvider provider, Model model) {
    return new ModelRun(provider, model, Phase.TRAINING, true);
  }

  private List<Program.Output> gradients(Ops ops, List<Tensor> tensors) {
    Tensor coefficients = ops.input(COEFFICIENTS, output.type());
    int[] axes = new int[output.shape().rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i;
    }
    Tensor sum = ops.sum(ops.multiply(output, coefficients), axes);
    List<Tensor> wanted = new ArrayList<>(movingInputs().stream().map(tensors::get).toList());
    trained.forEach(variable -> wanted.add(ops.read(variable)));
    List<Tensor> gradients = ops.gradients(sum, wanted);
    return IntStream.range(0, gradients.size())
        .mapToObj(i -> new Program.Output("gradient" + i, gradients.get(i)))
        .toList();
  }

  /** Returns the inferred type of the output. */
  TensorType outputType() {
    return output.type();
  }

  /** Returns the positions of the inputs that have gradients: all but integer inputs. */
  List<Integer> movingInputs() {
    return IntStream.range(0, model.inputs().size())
        .filter(i -> model.inputs().get(i).type().dataType() == DataType.FLOAT32)
        .boxed()
        .toList();
  }

  /** Returns the variables that get gradients. */
  List<Variable> trained() {
    return trained;
  }

  /** Sets the values of variables. */
  void write(Weights weights) {
    Map<Variable, HostArray> values = new LinkedHashMap<>();
    model.variables().forEach(v -> values.put(v, weights.get(v.name())));
    session.write(values);
  }

  /** Returns {@code y} and the gradients; random inputs are the same each time. */
  Map<String, HostArray> run(List<HostArray> values, HostArray coefficients) {
    return run(values, Map.of(COEFFICIENTS, coefficients));
  }

  private Map<String, HostArray> run(List<HostArray> values, Map<String, HostArray> beside) {
    Map<String, HostArray> fed = new LinkedHashMap<>(beside);
    int batch = values.get(0).shape().size(0);
    for (int i = 0; i < inputs.size(); i++) {
      fed.put(inputs.get(i), values.get(i));
    }
    for (RandomInput one : random) {
      Shape shape = one.shape().isStatic() ? one.shape() : one.shape().with(0, batch);
      fed.put(one.name(), numbers(shape, one.name(), 0, 1));
    }
    return executable.run(fed);
  }

  /** Returns the output of the model, without gradients. */
  HostArray output(List<HostArray> values) {
    if (hasGradients) {
      throw new IllegalStateException("a run with gradients needs coefficients");
    }
    return Objects.requireNonNull(run(values, Map.of()).get("y"));
  }

  /** Returns values between two bounds that depend only on {@code purpose}. */
  static HostArray numbers(Shape shape, String purpose, double low, double high) {
    RandomStream stream = NUMBERS.with(purpose).stream();
    float[] values = new float[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) stream.nextDouble(low, high);
    }
    return HostArray.wrap(shape, values);
  }

  /** Returns indices from 0 to 3 that depend only on {@code purpose}. */
  private static HostArray indices(Shape shape, String purpose) {
    RandomStream stream = NUMBERS.with(purpose).stream();
    int[] values = new int[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = stream.nextInt(4);
    }
    return HostArray.wrapInts(shape, values);
  }

  /** Returns a batch for each input of a model. */
  static List<HostArray> batch(Model model, int size, double low, double high) {
    List<HostArray> values = new ArrayList<>();
    for (int i = 0; i < model.inputs().size(); i++) {
      TensorType type = model.inputs().get(i).type();
      Shape shape = type.shape().with(0, size);
      values.add(
          type.dataType() == DataType.INT32
              ? indices(shape, "input " + i)
              : numbers(shape, "input " + i, low, high));
    }
    return values;
  }

  /** Asserts that a model that was read equals the one that was written. */
  static void assertSame(Model read, Model written) {
    assertThat(layers(read)).isEqualTo(layers(written));
    assertThat(read.variables()).isEqualTo(written.variables());
    assertThat(read.output().type()).isEqualTo(written.output().type());
    assertThat(read.weights().differences(written.weights())).isEmpty();
  }

  private static List<String> layers(Model model) {
    return model.allLayers().stream()
        .map(
            one ->
                one.path()
                    + " "
                    + one.layer().typeName()
                    + " "
                    + one.outputShape()
                    + (one.trainable() ? "" : ", frozen"))
        .toList();
  }

  /** Returns the model with initial values for all variables without a value. */
  static Model initialized(Model model) {
    Map<String, HostArray> values = new LinkedHashMap<>(model.weights().asMap());
    for (Variable variable : model.variables()) {
      values.computeIfAbsent(
          variable.name(),
          name ->
              variable
                  .initializer()
                  .create(
                      variable.type().dataType(), variable.shape(), NUMBERS.with(name).stream()));
    }
    return model.withWeights(Weights.of(values));
  }

  @Override
  public void close() {
    executable.close();
    session.close();
    engine.close();
  }
}
