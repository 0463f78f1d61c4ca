package dev.espalier.model;

import dev.espalier.graph.HostArray;
import dev.espalier.graph.Ops;
import dev.espalier.graph.Program;
import dev.espalier.graph.ReferenceInterpreter;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Tensor;
import dev.espalier.graph.Variable;
import dev.espalier.layer.Input;
import dev.espalier.layer.Layer;
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.RandomInput;
import dev.espalier.layer.Trace;
import dev.espalier.random.RandomKey;
import dev.espalier.random.RandomStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs models on the reference interpreter. */
public final class ModelRunner {
  private static final long SEED = 7;

  private ModelRunner() {}

  /** What one step of a model gives: its only output, and new values of statistics by name. */
  public record Step(HostArray output, Map<String, HostArray> updates) {}

  /** Returns a model of one layer, applied to inputs of the shapes of {@code samples}. */
  public static Model modelOf(Layer layer, HostArray... samples) {
    List<LayerOutput> inputs = new ArrayList<>();
    for (HostArray sample : samples) {
      inputs.add(Input.of(sample.shape().withoutBatch().toArray()));
    }
    return Model.of(inputs, List.of(layer.on(inputs.toArray(new LayerOutput[0]))));
  }

  /** Returns what a layer with its first values gives in inference. */
  public static HostArray infer(Layer layer, HostArray... samples) {
    return run(modelOf(layer, samples), Phase.INFERENCE, Map.of(), samples).output();
  }

  /** Returns what a layer with its first values gives in training. */
  public static HostArray train(Layer layer, HostArray... samples) {
    return run(modelOf(layer, samples), Phase.TRAINING, Map.of(), samples).output();
  }

  /**
   * Runs a model once.
   *
   * @param values of variables by name; the others have those of the model, else their first ones
   */
  public static Step run(
      Model model, Phase phase, Map<String, HostArray> values, HostArray... samples) {
    Ops ops = new Ops();
    Trace trace = new Trace(ops, phase);
    Map<String, HostArray> feeds = new HashMap<>();
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < samples.length; i++) {
      inputs.add(ops.input("input" + i, model.inputs().get(i).type()));
      feeds.put("input" + i, samples[i]);
    }
    Tensor output = model.trace(trace, inputs).get(0);
    for (RandomInput random : trace.randomInputs()) {
      feeds.put(random.name(), noise(random, samples[0].shape().size(0)));
    }
    Program program =
        new Program(
            "step", ops.toGraph(), List.of(new Program.Output("output", output)), trace.updates());
    ReferenceInterpreter.Result result =
        ReferenceInterpreter.run(program, feeds, variables(model, values));
    return new Step(result.outputs().get("output"), result.updates());
  }

  /** Returns a value for each variable of a model. */
  public static Map<String, HostArray> variables(Model model, Map<String, HostArray> values) {
    Map<String, HostArray> all = new LinkedHashMap<>();
    for (Variable variable : model.variables()) {
      RandomStream random = RandomKey.ofSeed(SEED).with(variable.name()).stream();
      all.put(
          variable.name(),
          variable.initializer().create(variable.type().dataType(), variable.shape(), random));
    }
    all.putAll(model.weights().asMap());
    all.putAll(values);
    return all;
  }

  private static HostArray noise(RandomInput random, int batch) {
    Shape shape =
        random.shape().size(0) == Shape.UNKNOWN ? random.shape().with(0, batch) : random.shape();
    RandomStream stream = RandomKey.ofSeed(SEED).with(random.name()).stream();
    float[] values = new float[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = stream.nextFloat();
    }
    return HostArray.wrap(shape, values);
  }
}
