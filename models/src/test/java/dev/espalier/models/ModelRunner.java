package dev.espalier.models;

import dev.espalier.engine.Engine;
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
import dev.espalier.layer.LayerOutput;
import dev.espalier.layer.Phase;
import dev.espalier.layer.Trace;
import dev.espalier.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs models on an engine for tests, with nothing of core in between. */
final class ModelRunner implements AutoCloseable {
  private static final String IMAGES = "images";

  private final Engine engine;

  ModelRunner(TestedEngine tested) {
    engine = tested.open();
  }

  /** Returns what the model gives for images of bytes. */
  HostArray run(Model model, HostArray images) {
    return run(model, List.of(images)).get(0);
  }

  /** Returns what the model gives for several batches of images of bytes. */
  List<HostArray> run(Model model, List<HostArray> batches) {
    String last = Objects.requireNonNull(model.output().name());
    return run(model, batches, List.of(last)).stream().map(outputs -> outputs.get(last)).toList();
  }

  /** Returns what layers give for images of bytes, by the layer's name. */
  List<Map<String, HostArray>> run(Model model, List<HostArray> batches, List<String> layers) {
    Program program = program(model, layers);
    Map<Variable, HostArray> variables = new LinkedHashMap<>();
    program.variables().forEach(v -> variables.put(v, model.weights().get(v.name())));
    try (Session session = engine.openSession(engine.devices().get(0));
        Executable executable = session.compile(program)) {
      session.write(variables);
      return batches.stream().map(batch -> executable.run(Map.of(IMAGES, batch))).toList();
    }
  }

  private static Program program(Model model, List<String> layers) {
    Ops ops = new Ops();
    Shape shape = model.input().shape();
    Tensor images = ops.input(IMAGES, new TensorType(DataType.UINT8, shape));
    Map<LayerOutput, Tensor> values =
        model.traceAll(
            new Trace(ops, Phase.INFERENCE), List.of(ops.cast(images, DataType.FLOAT32)));
    List<Program.Output> outputs = new ArrayList<>();
    for (String layer : layers) {
      Tensor tensor = Objects.requireNonNull(values.get(model.layer(layer).output()));
      outputs.add(new Program.Output(layer, tensor));
    }
    return new Program("predict", ops.toGraph(), outputs, List.of());
  }

  @Override
  public void close() {
    engine.close();
  }
}
